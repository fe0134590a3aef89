import { covers, type Message } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import { previewOf } from "../content/payload-text.ts";
import { TopicTree } from "../content/topic-tree.ts";
import { PanelModel, type PanelParts } from "../panels/panel-model.ts";

/** How many bytes of a subject's last payload are shown in the tree. */
const PREVIEW_BYTES = 200;

/** The feed behind the stream sheet's panel: any messages, without rules. */
const ANYTHING: Omit<Feed, "subject"> = {
  id: "stream",
  title: { en: "Messages", "pt-BR": "Mensagens" },
  view: "log",
  fields: [],
  columns: [
    { field: "$subject", title: { en: "Subject", "pt-BR": "Assunto" } },
    { field: "$size", title: { en: "Size", "pt-BR": "Tamanho" }, format: "bytes" },
    { field: "$payload", title: { en: "Payload", "pt-BR": "Conteúdo" } },
  ],
};

/** A panel of all messages on these subjects, and the tree of their actual subjects, updated with the panel. */
export function streamOf(
  subjects: readonly string[],
  parts: PanelParts,
): { readonly panel: PanelModel; readonly tree: TopicTree<string> } {
  const tree = new TopicTree<string>();
  const onMessage = ({ subject, data }: Message) =>
    tree.note(subject, previewOf(data, PREVIEW_BYTES), parts.clock.wallMs());
  const feed = { ...ANYTHING, subject: subjects.join(", ") };
  return { panel: new PanelModel(feed, { ...parts, onMessage }, subjects), tree };
}

/** The subjects without those that another covers: a server sends a message once for each subscription. */
export function widest(subjects: readonly string[]): readonly string[] {
  const distinct = [...new Set(subjects)];
  return distinct.filter((one) => !distinct.some((other) => other !== one && covers(other, one)));
}
