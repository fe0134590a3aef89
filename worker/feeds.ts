/** A text in each of the page's languages. */
export interface LocalText {
  readonly en: string;
  readonly "pt-BR": string;
}

/** A field that events of a feed carry, at the top level or under `payload`. */
export interface FeedField {
  readonly name: string;
  readonly type: "string" | "number" | "boolean" | "any";
  /** An event without it is shown as malformed. */
  readonly required: boolean;
  /** The only values allowed, if the field is an enumeration; another value makes the event malformed. */
  readonly values?: readonly string[];
}

/** How a feed is laid out: newest first in columns, one row per key, or newest first as text that opens. */
export type FeedView = "table" | "latest-by-key" | "log";

/** A column of a feed: a field's name and its heading. */
export interface FeedColumn {
  readonly field: string;
  readonly title: LocalText;
}

/** A feed of the page: a subject, and how its events are read and shown. */
export interface Feed {
  /** Stable, for links: letters, digits, `-`. */
  readonly id: string;
  readonly title: LocalText;
  /** A NATS subject; wildcards `*` and `>` are allowed. */
  readonly subject: string;
  readonly view: FeedView;
  /** The field that names a row; only for `latest-by-key`. */
  readonly key?: string;
  readonly columns: readonly FeedColumn[];
  readonly fields: readonly FeedField[];
  /** The JetStream stream behind the subject, if there is one. */
  readonly stream?: string;
}
