import type { Fault } from "../faults/fault.ts";

/** How many messages are missing after all recovery: exactly, at most, or not to be known. */
export type Missing = { readonly exactly: number } | { readonly atMost: number } | "unknown";

/**
 * Why messages may be missing. `break`: the link was lost; `stop`: live data was switched off on purpose;
 * `slow`: the link was silent or late beyond its pace without breaking; `handover`: what two overlapping
 * links could not tell apart; `discarded`: the stream no longer has it; `unreadable`: the stream can't be read,
 * or its history not before more came than could wait.
 */
export type GapKind = "break" | "stop" | "slow" | "handover" | "discarded" | "unreadable";

/** A time in which messages of a subject were missed, or may have been; times in epoch milliseconds. */
export interface Gap {
  readonly subject: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: GapKind;
  /** What went wrong, if something did. */
  readonly cause: Fault | null;
  readonly missing: Missing;
  /** How many were fetched afterwards. */
  readonly recovered: number;
}

/** The beginning of a time in which messages may have been missed, epoch milliseconds; `cause` is null for a stop. */
export interface Break {
  readonly atMs: number;
  readonly cause: Fault | null;
}

/** What is missing of two gaps together. */
export function together(one: Missing, other: Missing): Missing {
  if (one === "unknown" || other === "unknown") return "unknown";
  if ("exactly" in one && "exactly" in other) return { exactly: one.exactly + other.exactly };
  return { atMost: most(one) + most(other) };
}

function most(missing: Exclude<Missing, "unknown">): number {
  return "exactly" in missing ? missing.exactly : missing.atMost;
}
