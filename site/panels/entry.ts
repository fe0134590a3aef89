import type { Gap, Message } from "../../client/index.ts";
import type { Searchable } from "../content/filter.ts";
import { type ContentEvent, type HeaderEntry, type Path, pathOf } from "../content/path.ts";
import type { Problem } from "../content/problem.ts";
import type { PayloadReader, Reading } from "../content/reading.ts";
import { type Check, keyText } from "../content/rules.ts";

/** A message as a panel keeps it. */
interface Received extends Searchable, Pick<Reading, "isCut"> {
  /** Position in the order of arrival in this panel: 1, 2, 3 … */
  readonly seq: number;
  /** Whether it was stored before the panel was opened. */
  readonly isHistory: boolean;
  /** The payload's actual encoding. */
  readonly payload: Reading["kind"];
  /** Its trace id; null where it has none. */
  readonly trace: string | null;
  /** Whether it marks its key of a KV bucket as deleted. */
  readonly isDeletion: boolean;
}

/** A message that keeps its feed's rules. */
export interface FeedEvent extends Received {
  readonly kind: "event";
}

/** A message that breaks its feed's rules, and how. */
export interface MalformedMessage extends Received {
  readonly kind: "malformed";
  readonly problem: Problem;
}

/** A gap, where messages may be missing. In the rows, recovered messages stand after (newer than) this mark. */
export interface GapMark extends Omit<Gap, "kind" | "subject"> {
  readonly kind: "gap";
  readonly gapKind: Gap["kind"];
  readonly seq: number;
  readonly atMs: number;
}

/** One entry of a panel: a message or a gap. */
export type Entry = FeedEvent | MalformedMessage | GapMark;

/** What a feed says about reading its messages. */
export interface ReadingRules {
  readonly check: Check;
  /** Where the trace id is; null for `trace_id`, then the header `traceparent`. */
  readonly trace: Path | null;
  /** The key of a row; null where rows have none. */
  readonly key: Path | null;
}

const USUAL_TRACE = pathOf("trace_id");
const TRACE_HEADER = pathOf("$header.traceparent");

const NO_HEADERS: readonly HeaderEntry[] = [];
const BAD_HEADERS: Problem = { reason: "bad-headers", field: "headers" };

/** Reads a message. The result keeps no reference to network buffers. */
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
  // Built as one object, without spreads: messages are read thousands of times a second.
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
  // A deletion has no payload to check: its key is enough.
  const isSound = isDeletion && (key === null || keyText(key.of(event)) !== null);
  const problem = headers === null ? BAD_HEADERS : isSound ? null : (unread ?? check(event));
  return problem === null ? event : { ...event, kind: "malformed", problem };
}

/** Headers that mark a bucket's key as deleted: by a client (NATS ADR-8) or by the stream (ADR-43, ADR-48). */
const DELETED: ReadonlyMap<string, readonly string[]> = new Map([
  ["KV-Operation", ["DEL", "PURGE"]],
  ["Nats-Marker-Reason", ["MaxAge", "Remove", "Purge"]],
]);

function isDeleted(subject: string, headers: readonly HeaderEntry[]): boolean {
  if (headers.length === 0 || !subject.startsWith("$KV.")) return false;
  return headers.some(([name, [value = ""]]) => DELETED.get(name)?.includes(value));
}

/** A `traceparent` header; the trace id is its second field (W3C Trace Context, section 3.2). */
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-/i;

/** An event's trace id: from the feed's path if it has one, else from `trace_id`, else from `traceparent`. */
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

/** A message's headers; null where nats.ws, which parses them only on access, throws because they are malformed. */
function headersOf(message: Message): readonly HeaderEntry[] | null {
  try {
    const headers = message.headers;
    if (headers === undefined) return NO_HEADERS;
    return headers.keys().map((name) => [name, headers.values(name)] as const);
  } catch {
    return null;
  }
}
