import { covers, type Message } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import { previewOf } from "../content/payload-text.ts";
import { TopicTree } from "../content/topic-tree.ts";
import { PanelModel, type PanelParts } from "../panels/panel-model.ts";

/** How much of what came last on a subject is shown beside it. */
const PREVIEW_BYTES = 200;

/** A feed of anything, as it comes: what a panel is made of where nobody has configured one. */
const ANYTHING: Omit<Feed, "subject"> = {
  id: "stream",
  title: { en: "Stream", "pt-BR": "Fluxo" },
  view: "log",
  fields: [],
  columns: [
    { field: "$subject", title: { en: "Subject", "pt-BR": "Assunto" } },
    { field: "$size", title: { en: "Size", "pt-BR": "Tamanho" }, format: "bytes" },
    { field: "$payload", title: { en: "Payload", "pt-BR": "Conteúdo" } },
  ],
};

/** All that comes on some subjects: a panel like any other, and a tree of what was heard, as up to date as its snapshot. */
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

/** The subjects that mean all of the given ones, none of them twice: a server sends a message once for each that matches. */
export function widest(subjects: readonly string[]): readonly string[] {
  const distinct = [...new Set(subjects)];
  return distinct.filter((one) => !distinct.some((other) => other !== one && covers(other, one)));
}
