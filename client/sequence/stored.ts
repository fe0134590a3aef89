import type { Message, MessageHeaders } from "../message.ts";

/** What a stream adds to a message's own headers when it republishes it or answers a Direct Get (NATS ADR-8, ADR-31). */
const ADDED = /^Nats-(Stream|Subject|Sequence|Time-Stamp|Num-Pending|Last-Sequence|UpTo-Sequence)$/;

/** A message as its stream has it. */
export interface Stored extends Message {
  readonly sequence: number;
  /** When it was stored, as the server wrote it; empty where it didn't (RePublish before nats-server 2.10). */
  readonly time: string;
}

/** What a message is made of. */
export interface StoredParts {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly time: string;
  /** With those that the stream added, if any. */
  readonly headers: MessageHeaders | undefined;
}

class StoredMessage implements Stored {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly time: string;
  readonly isHistory: boolean;
  readonly #all: MessageHeaders | undefined;

  constructor({ subject, data, sequence, time, headers }: StoredParts, isHistory: boolean) {
    this.subject = subject;
    this.data = data;
    this.sequence = sequence;
    this.time = time;
    this.isHistory = isHistory;
    this.#all = headers;
  }

  // Read on demand: most handlers need neither.

  get publishedAtMs(): number {
    return this.time === "" ? (undefined as unknown as number) : Date.parse(this.time);
  }

  get headers(): MessageHeaders {
    return ownOf(this.#all) as MessageHeaders;
  }

  /** Whoever published it has long stopped waiting. */
  respond(): boolean {
    return false;
  }
}

/** @param isHistory whether it was stored before its listener was there */
export function storedMessage(parts: StoredParts, isHistory: boolean): Stored {
  return new StoredMessage(parts, isHistory);
}

function ownOf(all: MessageHeaders | undefined): MessageHeaders | undefined {
  const keys = all?.keys().filter((name) => !ADDED.test(name)) ?? [];
  if (all === undefined || keys.length === 0) return undefined;
  const values = (name: string) => (keys.includes(name) ? all.values(name) : []);
  return {
    get: (name) => values(name)[0] ?? "",
    values,
    has: (name) => keys.includes(name),
    keys: () => [...keys],
  };
}

/** What the stream says in a header. It appends its own, so a publisher's of the same name comes before. */
export function added({ headers }: Message, name: string): string {
  return headers?.values(`Nats-${name}`).at(-1) ?? "";
}

/** What a stream republished or answered with; null where it is neither. */
export function fromStream(message: Message): StoredParts | null {
  const sequence = Number(added(message, "Sequence"));
  const subject = added(message, "Subject");
  if (!(sequence > 0) || subject === "") return null;
  const { data, headers } = message;
  return { subject, data, sequence, time: added(message, "Time-Stamp"), headers };
}

/** The message in the answer of `$JS.API.STREAM.MSG.GET` (`io.nats.jetstream.api.v1.stream_msg_get_response`). */
export interface StoredJson {
  readonly subject: string;
  readonly seq: number;
  readonly time: string;
  /** Base64; absent when empty. */
  readonly data?: string;
  /** The header block, base64. */
  readonly hdrs?: string;
}

/** Reads what `$JS.API.STREAM.MSG.GET` answers with. */
export function fromJson({ subject, seq, time, data = "", hdrs = "" }: StoredJson): StoredParts {
  return { subject, data: bytesOf(data), sequence: seq, time, headers: headersIn(hdrs) };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A header block (NATS ADR-4): a line for the version, then one for each header. */
function headersIn(base64: string): MessageHeaders {
  const lines = new TextDecoder().decode(bytesOf(base64)).split("\r\n").slice(1);
  const pairs = lines.map(
    (line) => [line.split(":", 1)[0], line.slice(line.indexOf(":") + 1).trim()] as const,
  );
  const values = (name: string) => pairs.filter(([key]) => key === name).map(([, value]) => value);
  return {
    get: (name) => values(name)[0] ?? "",
    values,
    has: (name) => values(name).length > 0,
    keys: () => [...new Set(pairs.map(([key]) => key ?? ""))].filter((key) => key !== ""),
  };
}
