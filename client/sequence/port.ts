import type { Message } from "../message.ts";
import type { Gap } from "../subscriptions/gap.ts";

/** What a listener gets first of what its stream has stored: the last `last` messages, those since a time (epoch milliseconds), or the last of each subject. */
export type History =
  | { readonly last: number }
  | { readonly sinceMs: number }
  | { readonly lastPerSubject: true };

/** The stream behind a subject, and how it is read. */
export interface StreamSource {
  /** As the server knows it: `ORDERS`; of a KV bucket `KV_<bucket>`, with the subject `$KV.<bucket>.>`. */
  readonly name: string;
  /** What is delivered first; nothing unless given. */
  readonly history?: History;
  /**
   * The subject to subscribe to where the stream republishes (RePublish, its destination). Without it the
   * messages on the subject itself only say that there is something to fetch.
   */
  readonly republished?: string;
  /**
   * The subject on which Direct Get is asked: `$JS.API.DIRECT.GET.<name>` unless given; in a JetStream domain
   * `$JS.<domain>.API.DIRECT.GET.<name>`; else whatever an account imports it as.
   */
  readonly directGet?: string;
}

/**
 * `no-link`: no link brings its subject: there is none, or the server refused it; `silence`: the stream doesn't answer;
 * `nobody`: nobody answers for it: it isn't there, has no leader, or allow_direct is off; `no-stream`: it isn't there;
 * `denied`: the server doesn't permit to read it; `refused`: the server doesn't understand how it is read; `elsewhere`:
 * messages came that it doesn't have under this subject: it refused them, knew them already, or stores them under
 * another; `not-loaded`: the code for it couldn't be loaded.
 */
export type SequenceReason = "no-link" | "no-stream" | "elsewhere" | Exclude<AskFailure, "ended">;

/** How a subscription that goes by sequence stands with its stream. */
export interface SequenceState {
  /**
   * `opening`: its place isn't known yet; `current`: nothing is missing; `behind`: what is missing is being
   * fetched, or waits for a link; `waiting`: nobody answers for the stream just now; `unreadable`: it can't be read.
   */
  readonly state: "opening" | "current" | "behind" | "waiting" | "unreadable";
  /** Why, where there is something to say. */
  readonly reason?: SequenceReason;
  /** Up to where all was delivered, or told as missing; null while opening. */
  readonly lastSequence: number | null;
}

/** What a feed tells each of its listeners. It relies on none of them throwing. */
export interface SequencedListener {
  message(message: Message): void;
  gap(gap: Gap): void;
  state(state: SequenceState): void;
  /** A message wasn't what a stream sends, and was left out. */
  dropped(): void;
}

/** How the server is asked, over one link. */
export interface LinkPort {
  /**
   * Sends one request; every answer to it goes to `onAnswer` until that returns `done`.
   * @param options.timeoutMs how long the next answer may take, milliseconds
   * @throws AskError
   */
  ask(
    subject: string,
    payload: string,
    options: {
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
      onAnswer(answer: Message): "more" | "done";
    },
  ): Promise<void>;
}

/**
 * What a link says: `silence`: no answer in time; `denied`: the server refuses the request; `ended`: the link
 * ended, or the signal aborted. What answers say: `nobody`: none listens there; `refused`: the request isn't understood.
 * What is missing here: `not-loaded`: the code for it.
 */
export type AskFailure = "silence" | "denied" | "ended" | "nobody" | "refused" | "not-loaded";

/** Why there is no answer, or none that helps. */
export class AskError extends Error {
  override readonly name = "AskError";
  readonly failure: AskFailure;
  constructor(failure: AskFailure) {
    super(failure);
    this.failure = failure;
  }
}
