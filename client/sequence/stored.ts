import { HeaderBlock } from "../headers.ts";
import type { Message, MessageHeaders } from "../message.ts";

/** What a stream adds to a message's own headers when it republishes it or answers a Direct Get (NATS ADR-8, ADR-31). */
const SERVER_HEADERS = /^Nats-(Stream|Subject|Sequence|Time-Stamp|Num-Pending|Last-Sequence|UpTo-Sequence)$/;

/** What a message is made of. */
export interface StoredParts {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly time: string;
  /** With those that the stream added, if any. */
  readonly headers: MessageHeaders | undefined;
}

/** A message as its stream has it. */
export class StoredMessage implements Message {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  /** When it was stored, as the server wrote it; empty where it didn't (RePublish before nats-server 2.10). */
  readonly time: string;
  /** Whether it was stored before its listener was there. */
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

  // Read on demand: most handlers need neither.

  get publishedAtMs(): number {
    return this.time === "" ? (undefined as unknown as number) : Date.parse(this.time);
  }

  get headers(): MessageHeaders {
    return publisherHeaders(this.#allHeaders) as MessageHeaders;
  }

  /** Whoever published it has long stopped waiting. */
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

/** What the server says in a header of a message, as a link brings it. */
export function serverHeader({ headers }: Message, name: `Nats-${string}`): string {
  return headers instanceof HeaderBlock ? headers.added(name) : "";
}

/** The message that an answer of Direct Get carries (NATS ADR-31), as its listeners would have it; null where it carries none. */
export function storedIn(answer: Message): Message | null {
  const parts = parseStored(answer);
  return parts === null ? null : new StoredMessage(parts, true);
}

/** What a stream republished or answered with; null where it is neither. */
export function parseStored(message: Message): StoredParts | null {
  const sequence = Number(serverHeader(message, "Nats-Sequence"));
  const subject = serverHeader(message, "Nats-Subject");
  if (!(sequence > 0) || subject === "") return null;
  const { data, headers } = message;
  return { subject, data, sequence, time: serverHeader(message, "Nats-Time-Stamp"), headers };
}
