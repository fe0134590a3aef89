/** Headers of a message, as nats.ws gives them (NATS ADR-4). */
export interface MessageHeaders {
  get(name: string): string;
  values(name: string): string[];
  has(name: string): boolean;
  keys(): string[];
}

/** A message as a handler gets it: nats.ws's own object, seen through the part that Mycelium promises. */
export interface Message {
  readonly subject: string;
  /** The payload's bytes; not copied, so don't change them. */
  readonly data: Uint8Array;
  /** Where an answer is expected, if anywhere. */
  readonly reply?: string;
  readonly headers?: MessageHeaders;
  /** Answers a request; false when the message asked for no answer. */
  respond(payload?: Uint8Array): boolean;
}

/** Called once for each message. What it throws is counted and reported, and never harms another subscription. */
export type MessageHandler = (message: Message) => void;
