import type { Message } from "../message.ts";
import type { StoredParts } from "./stored.ts";

/** Receives messages in the stream's order. */
export type OnMessage = (parts: StoredParts) => unknown;

/** The first message at or after a sequence, and how many there are from it on. */
export interface FirstMatch {
  readonly first: StoredParts;
  readonly count: number;
}

/** How an answer ended: with a status of NATS ADR-31, or 0 if it was a single message. */
export interface AnswerEnd {
  readonly status: number;
  /** How many messages of the filter follow the answer's last one. */
  readonly pending: number;
  /** The stream's last sequence when it answered `multi_last`; 0 for other requests. */
  readonly upTo: number;
}

/** The part of `Stream` that the modules loaded on demand need. */
export interface StreamReader {
  /** The subject of Direct Get requests. */
  readonly directSubject: string;
  /** Finds the first message at or after a sequence. */
  find(from: number): Promise<FirstMatch | null>;
  /** @throws AskError */
  request(subject: string, payload: string, onAnswer: (answer: Message) => "more" | "done"): Promise<void>;
  /** Reads one message per request from now on: from any replica, or only from the leader. */
  switchToOneByOne(fromLeader: boolean): Promise<void>;
}
