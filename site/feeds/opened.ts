import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Feed } from "../../contract/feed.ts";
import type { FeedEvent, MalformedMessage } from "./entry.ts";
import type { KeyedRow, Row } from "./holding.ts";
import type { Traceable } from "./trace.ts";

/** A row that can be opened. */
export type Openable = FeedEvent | MalformedMessage | KeyedRow;

/** What the reader opened, and in which feed. */
export interface Opened {
  readonly feed: Feed;
  readonly row: Openable;
}

/** What is needed to show an opened row. */
export interface DetailsProps {
  readonly opened: Opened;
  /** All feeds: an event's trace may lead through any of them. */
  readonly stores: readonly Traceable[];
  readonly onOpen: (opened: Opened) => void;
  /** What each feed is filtered by. */
  readonly filtered: readonly string[];
  /** Shows nothing but a trace in all feeds; everything where it is empty. */
  readonly onFilter: (trace: string) => void;
  readonly onClose: () => void;
}

/** What shows an opened row. */
export type DetailsView = ComponentType<DetailsProps>;

/** The row that is open, if one is; its view is loaded when the first is opened. */
export class OpenedRow {
  readonly #load: () => Promise<DetailsView>;
  readonly #shown = signal<{ opened: Opened; View: DetailsView } | null>(null);

  constructor(load: () => Promise<DetailsView>) {
    this.#load = load;
  }

  get shown(): ReadonlySignal<{ readonly opened: Opened; readonly View: DetailsView } | null> {
    return this.#shown;
  }

  async open(feed: Feed, row: Row): Promise<void> {
    if (row.kind === "gap") return;
    this.#shown.value = { opened: { feed, row }, View: await this.#load() };
  }

  close(): void {
    this.#shown.value = null;
  }
}
