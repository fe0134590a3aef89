import type { Message } from "../message.ts";
import type { Gap } from "../subscriptions/gap.ts";

/** The stored messages that a listener gets first: the last `last`, those since a time (epoch milliseconds), or the last of each subject. */
export type History =
  | { readonly last: number }
  | { readonly sinceMs: number }
  | { readonly lastPerSubject: true };

/** The stream that stores a subject's messages, and how to read it. */
export interface StreamSource {
  /** The stream's name, such as `ORDERS`; for a KV bucket `KV_<bucket>`, with the subject `$KV.<bucket>.>`. */
  readonly name: string;
  /** The stored messages to deliver first; none unless given. */
  readonly history?: History;
  /**
   * The destination of the stream's RePublish, if it has one. Without it, a message on the subject itself only
   * announces that there is something to fetch from the stream.
   */
  readonly republished?: string;
  /**
   * The subject of Direct Get requests: `$JS.API.DIRECT.GET.<name>` unless given. In a JetStream domain it is
   * `$JS.<domain>.API.DIRECT.GET.<name>`; an account may import it under any name.
   */
  readonly directGet?: string;
}

/**
 * Why a subscription isn't current.
 * - `no-link`: there is no link, or the server refused the subscription.
 * - `no-stream`: the stream doesn't exist.
 * - `elsewhere`: messages arrived that the stream doesn't have under this subject: it refused them, ignored them as
 *   duplicates, or stores them under another subject.
 * - `timeout`: the stream doesn't answer in time.
 * - `no-responders`: the stream doesn't exist, has no leader, or has `allow_direct` off.
 * - `denied`: the server denies permission to read the stream.
 * - `refused`: the server doesn't understand the request.
 * - `not-loaded`: the code to read the stream couldn't be loaded.
 */
export type SequenceReason = "no-link" | "no-stream" | "elsewhere" | Exclude<AskFailure, "ended">;

/** How far a subscription by sequence has followed its stream. */
export interface SequenceState {
  /**
   * `opening`: the position in the stream isn't known yet; `current`: nothing is missing; `behind`: missing messages are
   * being fetched, or wait for a link; `waiting`: the stream doesn't answer right now; `unreadable`: it can't be read.
   */
  readonly state: "opening" | "current" | "behind" | "waiting" | "unreadable";
  /** Why, if there is more to say than the state does. */
  readonly reason?: SequenceReason;
  /** Every message up to this sequence was delivered or is accounted for; null while opening. */
  readonly lastSequence: number | null;
}

/** Callbacks of a feed for one listener. None may throw. */
export interface SequencedListener {
  message(message: Message): void;
  gap(gap: Gap): void;
  state(state: SequenceState): void;
  /** A message was dropped because the stream can't have sent it. */
  dropped(): void;
}

/** Sends requests over one link. */
export interface LinkPort {
  /**
   * Sends one request, and passes its answers to `onAnswer` until that returns `done`.
   * @param options.timeoutMs milliseconds to wait for each next answer; longer while the link still brings what the server
   * sent before it
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
 * Why a request failed. From the link: `timeout` (no answer in time), `denied` (no permission for the request or its
 * inbox), `ended` (the link ended, or the signal aborted). From answers: `no-responders` (status 503), `refused` (the
 * server didn't understand the request). Before the request: `not-loaded` (the code for it couldn't be loaded).
 */
export type AskFailure = "timeout" | "denied" | "ended" | "no-responders" | "refused" | "not-loaded";

/** A request got no answer, or none that is of use. */
export class AskError extends Error {
  override readonly name = "AskError";
  readonly failure: AskFailure;
  constructor(failure: AskFailure) {
    super(failure);
    this.failure = failure;
  }
}
