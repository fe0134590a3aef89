import * as v from "valibot";
import { alertSchema } from "./alert.ts";
import { columnSchema } from "./column.ts";
import type { Immutable } from "./immutable.ts";
import { bucket, payload, stream, subject } from "./source.ts";
import { listOf, localText, oneOf, path, shortText, wholeBetween } from "./text.ts";

export type { FeedColumn } from "./column.ts";

const MAX_LIST = 50;
const MAX_ALERTS = 10;
/** The most keys that a page can hold in memory. */
const MAX_KEYS = 50_000;

/** How a feed's events are shown; the default first. */
export const VIEWS = ["log", "table", "latest-by-key", "chart", "value"] as const;
/** A panel's sizes on the board; the default first. */
export const SIZES = ["small", "wide", "tall", "full"] as const;

const field = v.strictObject({
  name: path,
  type: oneOf(["string", "number", "boolean", "any"]),
  required: v.optional(v.boolean("use true or false"), false),
  values: v.exactOptional(
    v.pipe(v.array(shortText, "use an array of strings"), v.minLength(1, "list at least one value")),
  ),
});

/** A feed: a source, how to read its payloads, and how to show them. Strict, so that misspelt fields are noticed. */
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
    /** The key-value bucket that `subject` belongs to. */
    kv: v.exactOptional(bucket),
    payload: v.exactOptional(payload),
    /** The fields of an event; an event without a required one is malformed. */
    fields: v.optional(listOf(field, MAX_LIST, "use an array of fields"), []),
    view: v.optional(oneOf(VIEWS), "log"),
    /** The field that identifies a row or a chart's line. */
    key: v.exactOptional(path),
    /** The number of keys to keep; 5,000 by default. */
    keys: v.exactOptional(wholeBetween(1, MAX_KEYS)),
    /** If empty, the page finds columns in the messages. */
    columns: v.optional(listOf(columnSchema, MAX_LIST, "use an array of columns"), []),
    /** The field with an event's trace id, if not `trace_id` or the header `traceparent`. */
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

/** A checked feed, with its defaults filled in. */
export type Feed = Immutable<v.InferOutput<typeof feedSchema>>;

/** A text in each of the page's languages. */
export type LocalText = Feed["title"];

/** A panel's size on the board. */
export type FeedSize = NonNullable<Feed["size"]>;

/** A field of a feed's events, at the top level or under `payload`. */
export type FeedField = Feed["fields"][number];

/** The name of a feed's stream; null without one. */
export function streamNameOf({ stream }: Pick<Feed, "stream">): string | null {
  if (stream === undefined) return null;
  return typeof stream === "string" ? stream : stream.name;
}

/** The subject a feed's stream republishes to, live even while the stream can't be read; undefined without one. */
export function republishedTo({ stream }: Pick<Feed, "stream">): string | undefined {
  return typeof stream === "object" ? stream.republished : undefined;
}

/** The subject a feed subscribes to: the one its stream republishes to, if any. */
export function subscribedSubject(feed: Pick<Feed, "subject" | "stream">): string {
  return republishedTo(feed) ?? feed.subject;
}

/** The Direct Get subject of a feed's stream (JetStream API); "" without a stream. */
export function directGetSubject({ stream }: Pick<Feed, "stream">): string {
  if (stream === undefined) return "";
  const configured = typeof stream === "object" ? stream.directGet : undefined;
  return configured ?? `$JS.API.DIRECT.GET.${streamNameOf({ stream })}`;
}
