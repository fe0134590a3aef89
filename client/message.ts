/** Headers of a message (NATS ADR-4); names are case-sensitive. */
export interface MessageHeaders {
  /** The first value; empty if there is none. */
  get(name: string): string;
  values(name: string): string[];
  has(name: string): boolean;
  keys(): string[];
}

/** A message, as handlers receive it. */
export interface Message {
  /** The subject that the message was published to, even if a stream republishes it to another. */
  readonly subject: string;
  /** The payload. Not a copy: don't modify it. */
  readonly data: Uint8Array;
  /** The subject for an answer; empty or absent if none is expected. */
  readonly reply?: string;
  readonly headers?: MessageHeaders;
  /** The sequence in the stream; only of a subscription with a `stream`. */
  readonly sequence?: number;
  /** When the stream stored the message, epoch milliseconds; only of a subscription with a `stream`. */
  readonly publishedAtMs?: number;
  /** Whether the message belongs to the history that was asked for. */
  readonly isHistory: boolean;
  /** Answers a request. @returns false if the message expects no answer */
  respond(payload?: Uint8Array): boolean;
}

/** The status of a server's own message (NATS ADR-4), such as 503 for no responders; otherwise 0. */
export function statusOf({ headers }: Message): number {
  return (headers as { code?: number } | undefined)?.code ?? 0;
}

/** Called for each message. Errors are counted and reported, and don't affect other subscriptions. */
export type MessageHandler = (message: Message) => void;
