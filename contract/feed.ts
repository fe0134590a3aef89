import * as v from "valibot";
import { alertSchema } from "./alert.ts";
import { columnSchema } from "./column.ts";
import type { Immutable } from "./immutable.ts";
import { bucket, payload, stream, subject } from "./source.ts";
import { listOf, localText, oneOf, path, shortText, wholeBetween } from "./text.ts";

export type { FeedColumn } from "./column.ts";

const MAX_LIST = 50;
const MAX_ALERTS = 10;
/** More keys than this no page can hold. */
const MAX_KEYS = 50_000;

/** How a feed's events are shown, the usual way first. */
export const VIEWS = ["log", "table", "latest-by-key", "chart", "value"] as const;
/** The sizes of a feed on the board, the usual one first. */
export const SIZES = ["small", "wide", "tall", "full"] as const;

const field = v.strictObject({
  name: path,
  type: oneOf(["string", "number", "boolean", "any"]),
  required: v.optional(v.boolean("use true or false"), false),
  values: v.exactOptional(
    v.pipe(v.array(shortText, "use an array of strings"), v.minLength(1, "list at least one value")),
  ),
});

/** A feed: a source, how its payloads are read, and how they are shown. Unknown fields are refused, so that a misspelt one is noticed. */
export const feedSchema = v.pipe(
  v.strictObject({
    id: v.pipe(
      v.string("use a string"),
      v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/i, "use letters, digits and single dashes"),
      v.maxLength(64, "use at most 64 characters"),
    ),
    title: localText,
    subject,
    stream: v.exactOptional(stream),
    /** The bucket whose keys `subject` stands for. */
    kv: v.exactOptional(bucket),
    payload: v.exactOptional(payload),
    /** What every event has; an event that lacks it is malformed. */
    fields: v.optional(listOf(field, MAX_LIST, "use an array of fields"), []),
    view: v.optional(oneOf(VIEWS), "log"),
    /** What a row, or a chart's line, is known by. */
    key: v.exactOptional(path),
    /** How many keys are kept, 5,000 unless it says more. */
    keys: v.exactOptional(wholeBetween(1, MAX_KEYS)),
    /** None: they are found from what comes. */
    columns: v.optional(listOf(columnSchema, MAX_LIST, "use an array of columns"), []),
    /** Where an event's trace stands, if not in `trace_id` or the header `traceparent`. */
    trace: v.exactOptional(path),
    alerts: v.exactOptional(listOf(alertSchema, MAX_ALERTS, "use an array of alerts")),
    size: v.exactOptional(oneOf(SIZES)),
  }),
  v.forward(
    v.check(
      (feed) => feed.view !== "latest-by-key" || feed.key !== undefined,
      "name the field that identifies a row, because the view is latest-by-key",
    ),
    ["key"],
  ),
  v.forward(
    v.check(
      (feed) => feed.kv === undefined || feed.subject.startsWith(`$KV.${feed.kv}.`),
      "leave it out, or use the bucket's own keys, $KV.<bucket>.>",
    ),
    ["subject"],
  ),
);

/** A feed of the page: a subject, and how its events are read and shown. */
export type Feed = Immutable<v.InferOutput<typeof feedSchema>>;

/** A text in each of the page's languages. */
export type LocalText = Feed["title"];

/** How much room a feed has on the board. */
export type FeedSize = NonNullable<Feed["size"]>;

/** A field that events of a feed carry, at the top level or under `payload`. */
export type FeedField = Feed["fields"][number];

/** The name of the stream behind a feed; null where there is none. */
export function streamNameOf({ stream }: Pick<Feed, "stream">): string | null {
  if (stream === undefined) return null;
  return typeof stream === "string" ? stream : stream.name;
}

/** What a feed's stream republishes to: that comes live also while the stream can't be read. Undefined where it doesn't. */
export function republishedTo({ stream }: Pick<Feed, "stream">): string | undefined {
  return typeof stream === "object" ? stream.republished : undefined;
}

/** What a feed subscribes to: where its stream republishes, that is what comes live. */
export function heardSubject(feed: Pick<Feed, "subject" | "stream">): string {
  return republishedTo(feed) ?? feed.subject;
}

/** The subject under which the Direct Get of a feed's stream is asked (JetStream API); "" where there is no stream. */
export function directGetOf({ stream }: Pick<Feed, "stream">): string {
  if (stream === undefined) return "";
  const own = typeof stream === "object" ? stream.directGet : undefined;
  return own ?? `$JS.API.DIRECT.GET.${streamNameOf({ stream })}`;
}
