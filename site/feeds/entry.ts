import type { Fault, Gap, Message } from "../../client/index.ts";
import type { FeedField } from "../../contract/feed.ts";
import { type Decoded, decode, fieldOf, type JsonObject, type Problem, preview } from "./decode.ts";

/** A header's name and its values. */
export type HeaderEntry = readonly [name: string, values: readonly string[]];

interface Received {
  /** The place in the order of this feed's messages: 1, 2, 3 … */
  readonly seq: number;
  /** When it arrived here, epoch milliseconds. */
  readonly atMs: number;
  readonly subject: string;
  /** The payload's size in bytes. */
  readonly size: number;
  readonly headers: readonly HeaderEntry[];
  /**
   * The text in which it is searched, made when it is first asked for. It stands here and not in a
   * WeakMap, whose table V8 lets grow with every message that a flood brings past a filter, and keeps.
   */
  searchText?: string;
}

/** A message that is an event of its feed. */
export interface FeedEvent extends Received {
  readonly kind: "event";
  readonly value: JsonObject;
}

/** A message that isn't, and why. */
export interface MalformedMessage extends Received {
  readonly kind: "malformed";
  readonly problem: Problem;
  /** The payload's first bytes as text. */
  readonly preview: string;
}

/** A break in a feed's stream, where messages may be missing. */
export interface GapMark {
  readonly kind: "gap";
  readonly seq: number;
  readonly atMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: Fault | null;
  readonly gapKind: Gap["kind"];
  readonly missing: Gap["missing"];
  /** How many of the missed were fetched; their rows follow the mark. */
  readonly recovered: number;
}

/** One line of a feed's stream. */
export type Entry = FeedEvent | MalformedMessage | GapMark;

const NO_HEADERS: readonly HeaderEntry[] = [];
const BAD_HEADERS: Decoded = { ok: false, problem: { reason: "bad-headers", field: "headers" } };

/** Reads a message once; what it returns holds nothing of the network's buffers. */
export function readMessage(
  message: Message,
  fields: readonly FeedField[],
  seq: number,
  atMs: number,
): FeedEvent | MalformedMessage {
  const { subject, data } = message;
  const headers = headersOf(message);
  const received = { seq, atMs, subject, size: data.length, headers: headers ?? NO_HEADERS };
  const decoded = headers === null ? BAD_HEADERS : decode(data, fields);
  if (decoded.ok) return { kind: "event", ...received, value: decoded.value };
  return { kind: "malformed", ...received, problem: decoded.problem, preview: preview(data) };
}

/** The event's trace id, where it carries one. */
export function traceOf(event: FeedEvent): string | null {
  const trace = fieldOf(event.value, "trace_id");
  return typeof trace === "string" && trace !== "" ? trace : null;
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
