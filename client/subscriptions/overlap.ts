import { ExpectedRepeats } from "./expected-repeats.ts";

/** During a move: the link that is being replaced, or its replacement. */
export type LinkRole = "old" | "new";

/** Within this time, milliseconds, an equal message counts as a sure repeat: a cluster's servers may be so far apart. */
export const REPEAT_WITHIN_MS = 500;

/** When the new link became the current one, epoch milliseconds; null before. */
export interface SwitchTime {
  readonly switchedAtMs: number | null;
}

/** How many messages of one content each link brought, and how many were let through. */
interface Equal {
  old: number;
  new: number;
  admitted: number;
  /** Repeats that the new link brought long after the first copy. A new message among them comes over both links. */
  lateRepeats: number;
  /** When the old link last brought one; if it never did, when the new link first did. */
  cameMs: number;
}

/**
 * One subject's messages while two links bring them. Core NATS messages have no ids, so equal ones
 * (subject, reply, headers and payload) are counted on each link, and as many are let through as
 * the link with more of them brought. Repeats that may have been different messages count as `doubtful`.
 */
export class Overlap {
  readonly #equals = new Map<string, Equal>();
  /** Whether the subject was active on the old link when the overlap began. */
  readonly isOldSettled: boolean;
  readonly #move: SwitchTime;
  #doubtful = 0;
  /** When the new link brought its first message, epoch milliseconds; infinite before. */
  newFromMs = Number.POSITIVE_INFINITY;

  constructor(move: SwitchTime, isOldSettled = true) {
    this.#move = move;
    this.isOldSettled = isOldSettled;
  }

  /** Counts a message. @returns whether the other link has brought it already */
  isRepeat(role: LinkRole, content: string, nowMs: number): boolean {
    const equal = this.#equalTo(content, nowMs);
    equal[role] += 1;
    if (role === "old") equal.cameMs = nowMs;
    else this.newFromMs = Math.min(this.newFromMs, nowMs);
    if (equal[role] > equal.admitted) {
      equal.admitted = equal[role];
      return false;
    }
    // After the switch the old link drains and brings ever less. An equal message on the new link may repeat
    // the old link's last one, or be a new one that the old link no longer brings.
    const isSure = equal.old === 1 && nowMs - equal.cameMs <= REPEAT_WITHIN_MS;
    if (this.#move.switchedAtMs !== null && !isSure) this.#doubtful += 1;
    return true;
  }

  /** Counts a repeat on the new link, whose server is behind, `ageMs` after its first copy. */
  countLateRepeat(content: string, ageMs: number): void {
    if (ageMs > REPEAT_WITHIN_MS) this.#equalTo(content, 0).lateRepeats += 1;
  }

  #equalTo(content: string, nowMs: number): Equal {
    const equal = this.#equals.get(content) ?? { old: 0, new: 0, admitted: 0, lateRepeats: 0, cameMs: nowMs };
    this.#equals.set(content, equal);
    return equal;
  }

  /**
   * The new link has ended: the repeats of its messages that the old link will still bring.
   * @param before repeats that the old link still owes from an earlier move that ended the same way
   */
  repeatsFromOld(before: ExpectedRepeats | null): ExpectedRepeats | null {
    // A new object, as the time limit of `before` doesn't apply to the new link's messages.
    const expected = new ExpectedRepeats();
    if (before !== null) expected.addAll(before);
    for (const [content, { old, new: brought, cameMs }] of this.#equals)
      if (brought > old) expected.add(content, brought - old, cameMs);
    return expected.isOver(0) ? null : expected;
  }

  /** How many messages were dropped as repeats that may have been different messages. */
  get doubtful(): number {
    let count = this.#doubtful;
    for (const equal of this.#equals.values())
      count += Math.max(0, equal.lateRepeats - Math.max(0, equal.old - equal.new));
    return count;
  }

  /** Whether a message with unique content came over one link in a period, and never over the other. */
  hasUnmatched(role: LinkRole, fromMs: number, toMs: number): boolean {
    for (const equal of this.#equals.values()) {
      const isOnly = equal[role] === 1 && equal.old + equal.new + equal.lateRepeats === 1;
      if (isOnly && equal.cameMs >= fromMs && equal.cameMs <= toMs) return true;
    }
    return false;
  }
}
