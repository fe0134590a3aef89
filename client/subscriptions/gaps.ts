import type { Break, Gap, GapKind, Missing } from "./gap.ts";
import type { Interest } from "./wanted.ts";

/** Tells of gaps: to those who listen at once, and of those that come together in one go. */
export class Gaps {
  readonly #report: (gaps: readonly Gap[]) => void;
  readonly #untold = new Set<Gap>();

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

  /** Of a gap that its listeners have heard of, once however many they are. */
  report(gap: Gap): void {
    if (this.#untold.size === 0) {
      queueMicrotask(() => {
        const gaps = [...this.#untold];
        this.#untold.clear();
        this.#report(gaps);
      });
    }
    this.#untold.add(gap);
  }
}
