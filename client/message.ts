/** Headers of a message (NATS ADR-4); names are told apart by their case. */
export interface MessageHeaders {
  get(name: string): string;
  values(name: string): string[];
  has(name: string): boolean;
  keys(): string[];
}

/** A message as a handler gets it. */
export interface Message {
  /** The subject it was published to, also where a stream republishes it to another. */
  readonly subject: string;
  /** The payload's bytes; not copied, so don't change them. */
  readonly data: Uint8Array;
  /** Where an answer is expected; empty or absent where none is. */
  readonly reply?: string;
  readonly headers?: MessageHeaders;
  /** Its place in its stream; only of a subscription that goes by sequence. */
  readonly sequence?: number;
  /** When its stream stored it, epoch milliseconds; only of a subscription that goes by sequence. */
  readonly publishedAtMs?: number;
  /** Whether it was stored before the subscription was opened. */
  readonly isHistory: boolean;
  /** Answers a request; false when the message asked for no answer. */
  respond(payload?: Uint8Array): boolean;
}

/** The status of a server's own answer (NATS ADR-4): 503 where nobody listens; 0 for a message of anybody else's. */
export function statusOf({ headers }: Message): number {
  return (headers as { code?: number } | undefined)?.code ?? 0;
}

/** Called once for each message. What it throws is counted and reported, and never harms another subscription. */
export type MessageHandler = (message: Message) => void;
