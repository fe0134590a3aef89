import type { Gap, GapKind, Missing } from "./gap.ts";
import type { Break } from "./interest.ts";
import type { Interest } from "./wanted.ts";

/** Tells of gaps: to those who listen at once, and of those that come together in one go. */
export class Gaps {
  readonly #report: (gaps: readonly Gap[]) => void;
  #untold: Gap[] = [];

  constructor(report: (gaps: readonly Gap[]) => void) {
    this.#report = report;
  }

  /** Of core messages: a feed by sequence knows better, and tells its listeners itself. */
  tell(
    interest: Interest,
    { atMs, cause }: Break,
    toMs: number,
    kind: GapKind,
    missing: Missing = "unknown",
  ): void {
    if (interest.source !== null) return;
    const { subject } = interest;
    const gap: Gap = { subject, fromMs: Math.min(atMs, toMs), toMs, kind, cause, missing, recovered: 0 };
    interest.tellGap(gap);
    this.report(gap);
  }

  /** Of a gap that its listeners have heard of. */
  report(gap: Gap): void {
    this.#untold.push(gap);
    if (this.#untold.length === 1) queueMicrotask(() => this.#report(this.#untold.splice(0)));
  }
}
