import type { Fault } from "../faults/fault.ts";

/** How many messages are still missing after all recovery. */
export type Missing = { readonly exactly: number } | { readonly atMost: number } | "unknown";

/**
 * Why messages may be missing.
 * - `break`: the link was lost, or the server refused the subject for a while.
 * - `stop`: live data was switched off on purpose.
 * - `slow`: the link was silent or late beyond its usual pace, but didn't break.
 * - `handover`: repeats and new messages of two links couldn't be told apart, or one link was cut or brought less.
 * - `discarded`: the stream no longer has the messages.
 * - `unreadable`: the stream can't be read, or more live messages came than could wait for its history.
 */
export type GapKind = "break" | "stop" | "slow" | "handover" | "discarded" | "unreadable";

/** A period in which messages of a subject were or may have been missed; times in epoch milliseconds. */
export interface Gap {
  readonly subject: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: GapKind;
  /** The fault behind the gap; null if there was none. */
  readonly cause: Fault | null;
  readonly missing: Missing;
  /** How many messages were fetched afterwards. */
  readonly recovered: number;
}

/** The moment from which messages may have been missed, epoch milliseconds; `cause` is null for a stop. */
export interface Break {
  readonly atMs: number;
  readonly cause: Fault | null;
}

/** The sum of two counts, as exact as both allow. */
export function addMissing(one: Missing, other: Missing): Missing {
  if (one === "unknown" || other === "unknown") return "unknown";
  if ("exactly" in one && "exactly" in other) return { exactly: one.exactly + other.exactly };
  return { atMost: upperBound(one) + upperBound(other) };
}

function upperBound(missing: Exclude<Missing, "unknown">): number {
  return "exactly" in missing ? missing.exactly : missing.atMost;
}
