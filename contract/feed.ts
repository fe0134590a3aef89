import * as v from "valibot";
import type { Immutable } from "./immutable.ts";

const MAX_TEXT = 200;
const MAX_LIST = 50;

const shortText = v.pipe(
  v.string("give a text"),
  v.minLength(1, "give a text that isn't empty"),
  v.maxLength(MAX_TEXT, `give at most ${MAX_TEXT} characters`),
);

/** A text for all languages, or one for each. */
const localText = v.union(
  [
    v.pipe(
      shortText,
      v.transform((text) => ({ en: text, "pt-BR": text })),
    ),
    v.strictObject({ en: shortText, "pt-BR": shortText }),
  ],
  'give a text, or { "en": "…", "pt-BR": "…" }',
);

/** Subjects: tokens of printable characters between dots; `*` stands alone, `>` alone and last (NATS subject rules). */
const subject = v.pipe(
  shortText,
  v.regex(
    /^(?:\*|[^\s.*>\p{Cc}]+|>(?=$))(?:\.(?:\*|[^\s.*>\p{Cc}]+|>(?=$)))*$/u,
    "give a NATS subject such as egos.llm.logs, orders.* or orders.>",
  ),
);

const column = v.strictObject({ field: shortText, title: localText });

const field = v.strictObject({
  name: shortText,
  type: v.picklist(["string", "number", "boolean", "any"], "give string, number, boolean or any"),
  required: v.optional(v.boolean("give true or false"), false),
  values: v.exactOptional(
    v.pipe(v.array(shortText, "give a list of texts"), v.minLength(1, "name at least one value")),
  ),
});

/** A feed as FEEDS gives it; unknown fields are refused, so that a misspelt one is noticed. */
export const feedSchema = v.pipe(
  v.strictObject({
    id: v.pipe(
      v.string("give a text"),
      v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/i, "give letters, digits and single dashes"),
      v.maxLength(64, "give at most 64 characters"),
    ),
    title: localText,
    subject,
    view: v.optional(
      v.picklist(["table", "latest-by-key", "log"], "give table, latest-by-key or log"),
      "log",
    ),
    key: v.exactOptional(shortText),
    columns: v.pipe(
      v.array(column, "give a list of columns"),
      v.minLength(1, "name at least one column"),
      v.maxLength(MAX_LIST, `give at most ${MAX_LIST}`),
    ),
    fields: v.optional(
      v.pipe(v.array(field, "give a list of fields"), v.maxLength(MAX_LIST, `give at most ${MAX_LIST}`)),
      [],
    ),
    stream: v.exactOptional(
      v.pipe(shortText, v.regex(/^[^\s.*>/\\]+$/, "give a stream's name, without dots or blanks")),
    ),
  }),
  v.forward(
    v.check(
      (feed) => feed.view !== "latest-by-key" || feed.key !== undefined,
      "name the field that identifies a row, since the view is latest-by-key",
    ),
    ["key"],
  ),
);

/** A feed of the page: a subject, and how its events are read and shown. */
export type Feed = Immutable<v.InferOutput<typeof feedSchema>>;

/** A text in each of the page's languages. */
export type LocalText = Feed["title"];

/** How a feed is laid out: newest first in columns, one row per key, or newest first as text that opens. */
export type FeedView = Feed["view"];

/** A column of a feed: a field's name and its heading. */
export type FeedColumn = Feed["columns"][number];

/** A field that events of a feed carry, at the top level or under `payload`. */
export type FeedField = Feed["fields"][number];
