import { type ReadonlySignal, signal } from "@preact/signals";
import type { Message } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import { type Topic, TopicTree } from "../content/topic-tree.ts";
import { PanelModel, type PanelParts } from "../panels/panel-model.ts";
import type { Frames } from "../panels/throttle.ts";
import { heardOnce, widest } from "./heard-once.ts";

/** How much of what came last on a subject is shown beside it. */
const PREVIEW_BYTES = 200;

const utf8 = new TextDecoder();

/** The subjects that were heard, as they were last published. */
export interface Topics {
  readonly lines: readonly Topic<string>[];
  readonly subjects: number;
  /** Subjects that gave way to new ones, and how many messages had come on them. */
  readonly folded: { readonly subjects: number; readonly messages: number };
}

/** A feed of anything, as it comes: what a panel is made of where nobody has configured one. */
function anything(id: string, subject: string): Feed {
  const title = subject === "" ? id : subject;
  const column = (field: string, en: string, ptBR: string) => ({ field, title: { en, "pt-BR": ptBR } });
  return {
    id,
    title: { en: title, "pt-BR": title },
    subject,
    view: "log",
    fields: [],
    columns: [
      column("$subject", "Subject", "Assunto"),
      { ...column("$size", "Size", "Tamanho"), format: "bytes" },
      column("$payload", "Payload", "Conteúdo"),
    ],
  };
}

/** Everything on a subject, or everything that the panels receive: a panel like any other, and a tree of its subjects. */
export class StreamModel {
  readonly panel: PanelModel;
  readonly #tree = new TopicTree<string>();
  readonly #open = signal<ReadonlySet<string>>(new Set());
  readonly #frames: Frames;
  readonly #topics = signal<Topics>({ lines: [], subjects: 0, folded: { subjects: 0, messages: 0 } });
  readonly topics: ReadonlySignal<Topics> = this.#topics;
  readonly #nowMs: () => number;

  /** @param subject what to listen to; empty for what all `feeds` have */
  constructor(subject: string, feeds: readonly Feed[], parts: PanelParts) {
    this.#nowMs = parts.clock.wallMs;
    this.#frames = parts.frames;
    const heard = (message: Message) => this.#hear(message);
    const subjects = subject === "" ? widest(feeds.map((feed) => feed.subject)) : [subject];
    const client = heardOnce(parts.client);
    this.panel = new PanelModel(anything("stream", subject), { ...parts, client, heard }, subjects);
  }

  /** Opens or closes what is below a subject. */
  toggle(path: string): void {
    const open = new Set(this.#open.peek());
    if (!open.delete(path)) open.add(path);
    this.#open.value = open;
    this.look();
  }

  /** Looks at the tree anew: its rates change with time alone. */
  readonly look = (): void => {
    const { size: subjects, folded } = this.#tree;
    this.#topics.value = {
      lines: this.#tree.rows(this.#open.peek(), this.#nowMs()),
      subjects,
      folded,
    };
  };

  close(): void {
    this.panel.close();
    this.#frames.forget(this.look);
  }

  #hear({ subject, data }: Message): void {
    this.#tree.note(subject, utf8.decode(data.subarray(0, PREVIEW_BYTES)), this.#nowMs());
    this.#frames.ask(this.look);
  }
}
