import type { Message, MessageHeaders } from "../message.ts";
import { RecoveryFailure } from "./failure.ts";

/** A message as a stream has it, in the shape in which it was published. */
export interface Stored {
  readonly seq: number;
  readonly message: Message;
}

/** What a direct get adds to a message's own headers (NATS ADR-31). */
const ADDED = new Set([
  "Nats-Stream",
  "Nats-Subject",
  "Nats-Sequence",
  "Nats-Time-Stamp",
  "Nats-Num-Pending",
  "Nats-Last-Sequence",
  "Nats-UpTo-Sequence",
]);

/** Reads the answer of `$JS.API.DIRECT.GET`. */
export function fromDirectGet({ headers, data }: Message): Stored {
  const seq = Number(headers?.get("Nats-Sequence"));
  const subject = headers?.get("Nats-Subject") ?? "";
  if (headers === undefined || subject === "" || !(seq > 0)) throw new RecoveryFailure("refused");
  const names = headers.keys().filter((name) => !ADDED.has(name));
  const own = names.map((name): [string, string[]] => [name, headers.values(name)]);
  const bare = message(subject, data);
  return { seq, message: own.length === 0 ? bare : { ...bare, headers: headersOf(new Map(own)) } };
}

/** The message in the answer of `$JS.API.STREAM.MSG.GET` (`io.nats.jetstream.api.v1.stream_msg_get_response`). */
export interface StoredJson {
  readonly subject: string;
  readonly seq: number;
  /** Base64; absent when empty. */
  readonly data?: string;
  /** The header block, base64. */
  readonly hdrs?: string;
}

/**
 * Reads the answer of `$JS.API.STREAM.MSG.GET`.
 * @param readHeaders reads a header block as nats.ws does, and throws where that does
 */
export function fromMessageGet(
  { subject, seq, data = "", hdrs }: StoredJson,
  readHeaders: (block: Uint8Array) => MessageHeaders,
): Stored {
  const payload = bytesOf(data);
  if (hdrs === undefined) return { seq, message: message(subject, payload) };
  const block = bytesOf(hdrs);
  return {
    seq,
    message: {
      ...message(subject, payload),
      get headers() {
        return readHeaders(block);
      },
    },
  };
}

/** Whoever asked has long stopped waiting: a stored message has no reply. */
function message(subject: string, data: Uint8Array): Message {
  return { subject, data, isHistory: false, respond: () => false };
}

function headersOf(entries: ReadonlyMap<string, string[]>): MessageHeaders {
  return {
    get: (name) => entries.get(name)?.[0] ?? "",
    values: (name) => [...(entries.get(name) ?? [])],
    has: (name) => entries.has(name),
    keys: () => [...entries.keys()],
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
