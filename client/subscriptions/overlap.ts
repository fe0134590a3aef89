import { Expected } from "./expected.ts";

/** Which of two links a message came over: the one that is to go, or the one that is to stay. */
export type OverlapSide = "old" | "new";

/** How far apart a message and its repeat may be, milliseconds, to pass for the same without a doubt: so far may servers be apart. */
export const APART_MS = 500;

/** Since when the new link is the one that counts, epoch milliseconds; null before. */
export interface TakeOver {
  readonly tookOverAtMs: number | null;
}

/** The links' messages of equal content. */
interface Equal {
  old: number;
  new: number;
  admitted: number;
  /** What the new link brought that came long before it: once more, or another that the old link brings too. */
  echoes: number;
  /** When the old link brought one last, else when the new one brought the first. */
  cameMs: number;
}

/**
 * One subject's messages while two links bring them. Core NATS messages have no ids, so equal ones
 * (subject, reply, headers and payload) are counted on each link, and as many are let through as
 * the fuller link brought. What that can't tell apart is counted, so that it can be told.
 */
export class Overlap {
  readonly #equals = new Map<string, Equal>();
  /** Whether the old link had the subject when they began to. */
  readonly isOldSettled: boolean;
  readonly #move: TakeOver;
  #doubtful = 0;
  /** When the new link brought its first message, epoch milliseconds. */
  newFromMs = Number.POSITIVE_INFINITY;

  constructor(move: TakeOver, isOldSettled = true) {
    this.#move = move;
    this.isOldSettled = isOldSettled;
  }

  /** Whether the other link has brought a message of this content already. */
  isRepeat(side: OverlapSide, content: string, nowMs: number): boolean {
    const equal = this.#equalTo(content, nowMs);
    equal[side] += 1;
    if (side === "old") equal.cameMs = nowMs;
    else this.newFromMs = Math.min(this.newFromMs, nowMs);
    if (equal[side] > equal.admitted) {
      equal.admitted = equal[side];
      return false;
    }
    // The old link was asked for nothing more, and brings ever less of what the new one does: this is its last message once more, or another that says the same and that it doesn't bring.
    const isSure = equal.old === 1 && nowMs - equal.cameMs <= APART_MS;
    if (this.#move.tookOverAtMs !== null && !isSure) this.#doubtful += 1;
    return true;
  }

  /** The new link brought what came `ageMs` before it: its server is behind. */
  echoed(content: string, ageMs: number): void {
    if (ageMs > APART_MS) this.#equalTo(content, 0).echoes += 1;
  }

  #equalTo(content: string, nowMs: number): Equal {
    const equal = this.#equals.get(content) ?? { old: 0, new: 0, admitted: 0, echoes: 0, cameMs: nowMs };
    this.#equals.set(content, equal);
    return equal;
  }

  /**
   * The new link brings nothing any more: what only that brought so far, the old one brings yet.
   * @param before what the old one has yet to bring of another that ended so
   */
  newEnded(before: Expected | null): Expected | null {
    // Another object: what ends the first one's time says nothing of what the new link has brought.
    const expected = new Expected();
    if (before !== null) expected.addAll(before);
    for (const [content, { old, new: brought, cameMs }] of this.#equals)
      if (brought > old) expected.add(content, brought - old, cameMs);
    return expected.isOver(0) ? null : expected;
  }

  /** How many messages were taken for repeats that may have been others. */
  get doubtful(): number {
    let count = this.#doubtful;
    for (const equal of this.#equals.values())
      count += Math.max(0, equal.echoes - Math.max(0, equal.old - equal.new));
    return count;
  }

  /** Whether a message that is like no other came over one link between two moments, and never over the other. */
  hasUnmatched(side: OverlapSide, fromMs: number, toMs: number): boolean {
    for (const equal of this.#equals.values()) {
      const isOnly = equal[side] === 1 && equal.old + equal.new + equal.echoes === 1;
      if (isOnly && equal.cameMs >= fromMs && equal.cameMs <= toMs) return true;
    }
    return false;
  }
}
