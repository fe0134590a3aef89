import { HeaderBlock } from "../headers.ts";
import type { Message, MessageHeaders } from "../message.ts";

/** Headers that the server adds to a message when it republishes it or answers a Direct Get (NATS ADR-8, ADR-31). */
const SERVER_HEADERS = /^Nats-(Stream|Subject|Sequence|Time-Stamp|Num-Pending|Last-Sequence|UpTo-Sequence)$/;

/** A stored message before it is wrapped for listeners. */
export interface StoredParts {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly time: string;
  /** Including the headers that the server added. */
  readonly headers: MessageHeaders | undefined;
}

/** A message of a stream as listeners get it. */
export class StoredMessage implements Message {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  /** When the message was stored, as the server wrote it; empty if it didn't (RePublish before nats-server 2.10). */
  readonly time: string;
  /** Whether the message was read as history, or by `storedIn`. */
  readonly isHistory: boolean;
  readonly #allHeaders: MessageHeaders | undefined;

  constructor({ subject, data, sequence, time, headers }: StoredParts, isHistory: boolean) {
    this.subject = subject;
    this.data = data;
    this.sequence = sequence;
    this.time = time;
    this.isHistory = isHistory;
    this.#allHeaders = headers;
  }

  // Computed on demand: most handlers need neither. The casts are needed as an accessor can't be absent.

  get publishedAtMs(): number {
    return this.time === "" ? (undefined as unknown as number) : Date.parse(this.time);
  }

  get headers(): MessageHeaders {
    return publisherHeaders(this.#allHeaders) as MessageHeaders;
  }

  /** The publisher stopped waiting for a reply long ago. */
  respond(): boolean {
    return false;
  }
}

function publisherHeaders(all: MessageHeaders | undefined): MessageHeaders | undefined {
  const keys = all?.keys().filter((name) => !SERVER_HEADERS.test(name)) ?? [];
  if (all === undefined || keys.length === 0) return undefined;
  const values = (name: string) => (keys.includes(name) ? all.values(name) : []);
  return {
    get: (name) => values(name)[0] ?? "",
    values,
    has: (name) => keys.includes(name),
    keys: () => [...keys],
  };
}

/** The value of a header that the server added; empty if there is none, or if only the publisher set it. */
export function serverHeader({ headers }: Message, name: `Nats-${string}`): string {
  return headers instanceof HeaderBlock ? headers.serverHeader(name) : "";
}

/** The message in an answer of Direct Get (NATS ADR-31), as listeners get it; null if there is none. */
export function storedIn(answer: Message): Message | null {
  const parts = parseStored(answer);
  return parts === null ? null : new StoredMessage(parts, true);
}

/** Parses a republished message or an answer of Direct Get; null if the message is neither. */
export function parseStored(message: Message): StoredParts | null {
  const sequence = Number(serverHeader(message, "Nats-Sequence"));
  const subject = serverHeader(message, "Nats-Subject");
  if (!(sequence > 0) || subject === "") return null;
  const { data, headers } = message;
  return { subject, data, sequence, time: serverHeader(message, "Nats-Time-Stamp"), headers };
}
