import type { Message } from "../message.ts";
import type { StoredParts } from "./stored.ts";

/** Takes messages in the stream's order. */
export type OnMessage = (parts: StoredParts) => unknown;

/** Where a stretch of a stream begins, and how many messages there are from there on. */
export interface FirstMatch {
  readonly first: StoredParts;
  readonly count: number;
}

/** What ended an answer: a status of NATS ADR-31, or 0 where it was a single message. */
export interface AnswerEnd {
  readonly status: number;
  /** How many messages of the filter come after it. */
  readonly pending: number;
  /** The stream's last sequence as the answer saw it; 0 unless asked for the last of each subject. */
  readonly upTo: number;
}

/** The part of a stream that the ways to read it need. */
export interface StreamReader {
  /** The subject on which Direct Get is asked. */
  readonly directSubject: string;
  /** The first message from a sequence on. */
  find(from: number): Promise<FirstMatch | null>;
  /** @throws AskError */
  request(subject: string, payload: string, onAnswer: (answer: Message) => "more" | "done"): Promise<void>;
  /** From now on it is read one by one: from any replica, or from the leader only. */
  switchToOneByOne(fromLeader: boolean): Promise<void>;
}
