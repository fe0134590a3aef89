import type { Gap, Message } from "../../client/index.ts";
import type { Searchable } from "../content/filter.ts";
import { type ContentEvent, type HeaderEntry, type Path, pathOf } from "../content/path.ts";
import type { Problem } from "../content/problem.ts";
import type { PayloadReader, Reading } from "../content/reading.ts";
import { type Check, keyText } from "../content/rules.ts";

/** A message as a panel keeps it. */
interface Received extends Searchable, Pick<Reading, "isCut"> {
  /** The place in the order of this panel's messages: 1, 2, 3 … */
  readonly seq: number;
  /** Whether it was stored before the panel was opened. */
  readonly isHistory: boolean;
  /** What its payload turned out to be. */
  readonly payload: Reading["kind"];
  /** The trace that it belongs to; null where it carries none. */
  readonly trace: string | null;
  /** Whether it says that its key of a bucket is gone. */
  readonly isDeletion: boolean;
}

/** A message that is an event of its feed. */
export interface FeedEvent extends Received {
  readonly kind: "event";
}

/** A message that isn't, and why. */
export interface MalformedMessage extends Received {
  readonly kind: "malformed";
  readonly problem: Problem;
}

/** A break in a feed's stream, where messages may be missing; the rows of those that were fetched follow the mark. */
export interface GapMark extends Omit<Gap, "kind" | "subject"> {
  readonly kind: "gap";
  readonly gapKind: Gap["kind"];
  readonly seq: number;
  readonly atMs: number;
}

/** One line of a feed's stream. */
export type Entry = FeedEvent | MalformedMessage | GapMark;

/** What a feed's messages are held against. */
export interface ReadingRules {
  readonly check: Check;
  /** Where the trace stands; null for the usual places. */
  readonly trace: Path | null;
  /** What a row is known by; null where rows aren't. */
  readonly key: Path | null;
}

const USUAL_TRACE = pathOf("trace_id");
const TRACE_HEADER = pathOf("$header.traceparent");

const NO_HEADERS: readonly HeaderEntry[] = [];
const BAD_HEADERS: Problem = { reason: "bad-headers", field: "headers" };

/** Reads a message once; what it returns holds nothing of the network's buffers. */
export function readMessage(
  message: Message,
  reader: PayloadReader,
  { check, trace, key }: ReadingRules,
  seq: number,
  atMs: number,
): FeedEvent | MalformedMessage {
  const { subject, data } = message;
  const headers = headersOf(message);
  const { kind: payload, value, raw, isCut, problem: unread } = reader(data);
  const isDeletion = headers !== null && isDeleted(subject, headers);
  // One object for what is read thousands of times a second.
  const event = {
    kind: "event" as const,
    subject,
    size: data.length,
    headers: headers ?? NO_HEADERS,
    atMs,
    publishedAtMs: message.publishedAtMs,
    sequence: message.sequence,
    value,
    seq,
    isHistory: message.isHistory,
    payload,
    raw,
    isCut,
    isDeletion,
    trace: null as string | null,
  };
  event.trace = traceIn(event, trace);
  // What says that a key is gone has nothing else to say.
  const isSound = isDeletion && (key === null || keyText(key.of(event)) !== null);
  const problem = headers === null ? BAD_HEADERS : isSound ? null : (unread ?? check(event));
  return problem === null ? event : { ...event, kind: "malformed", problem };
}

/** Headers that say that a key of a bucket is gone: by its client (NATS ADR-8), or by its stream (ADR-43, ADR-48). */
const DELETED: ReadonlyMap<string, readonly string[]> = new Map([
  ["KV-Operation", ["DEL", "PURGE"]],
  ["Nats-Marker-Reason", ["MaxAge", "Remove", "Purge"]],
]);

function isDeleted(subject: string, headers: readonly HeaderEntry[]): boolean {
  if (headers.length === 0 || !subject.startsWith("$KV.")) return false;
  return headers.some(([name, [value = ""]]) => DELETED.get(name)?.includes(value));
}

/** The trace id of W3C's Trace Context: the second of its fields (section 3.2). */
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-/i;

/** The trace of an event: where its feed says, else in `trace_id`, else in the header `traceparent`. */
function traceIn(event: ContentEvent, path: Path | null): string | null {
  if (path !== null) return textIn(path.of(event));
  const own = textIn(USUAL_TRACE.of(event));
  if (own !== null || event.headers.length === 0) return own;
  const header = textIn(TRACE_HEADER.of(event));
  return header === null ? null : (TRACE_PARENT.exec(header)?.[1] ?? header);
}

function textIn(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** nats.ws reads the header block only when it is asked for, and throws if it can't; null then. */
function headersOf(message: Message): readonly HeaderEntry[] | null {
  try {
    const headers = message.headers;
    if (headers === undefined) return NO_HEADERS;
    return headers.keys().map((name) => [name, headers.values(name)] as const);
  } catch {
    return null;
  }
}
