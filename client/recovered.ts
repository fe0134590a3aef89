/** Why messages that may have been missed weren't fetched from a stream, or not all of them. */
export type NotRecoveredReason =
  /** The subscription names no stream. */
  | "no-stream"
  /** The link broke before the subscription's place in its stream was known. */
  | "no-place"
  /** Nobody answers for JetStream: it is off, or not enabled for the account. */
  | "no-jetstream"
  /** There is no stream of this name. */
  | "stream-missing"
  /** Another stream has the name by now, or the stream was put back to an earlier state. */
  | "stream-replaced"
  /** The stream doesn't take everything that the subject brings. */
  | "subject-elsewhere"
  /** The server doesn't permit the requests that read the stream. */
  | "denied"
  /** The server took too long. */
  | "timeout"
  /** The user stopped before it was done. */
  | "interrupted"
  /** More messages than are fetched, held back or remembered. */
  | "too-many"
  /** The stream had discarded messages before they could be fetched. */
  | "discarded"
  /** Equal messages came so close together that not all can be told apart. */
  | "repeats"
  /** The server answered with an error that none of the others stands for. */
  | "refused";

/** What became of the messages that a break kept away. */
export type Recovered =
  | { readonly outcome: "no"; readonly reason: NotRecoveredReason }
  /** Every one of them was fetched and delivered; `count` may be 0. */
  | { readonly outcome: "yes"; readonly count: number }
  | {
      readonly outcome: "partly";
      /** How many were fetched and delivered. */
      readonly count: number;
      readonly reason: NotRecoveredReason;
      /** No more than this many are missing. */
      readonly missingAtMost: number;
    };
