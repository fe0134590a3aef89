import type { Break, Gap, GapKind, Missing } from "./gap.ts";
import type { Interest } from "./interest.ts";

/** Reports gaps: to the listeners at once, and to the timeline in one batch for all that end together. */
export class Gaps {
  readonly #onGaps: (gaps: readonly Gap[]) => void;
  readonly #batch = new Set<Gap>();

  constructor(onGaps: (gaps: readonly Gap[]) => void) {
    this.#onGaps = onGaps;
  }

  /** Reports a gap in core messages. A feed by sequence knows its own gaps, and reports them itself. */
  report(
    interest: Interest,
    { atMs, cause }: Break,
    toMs: number,
    kind: GapKind,
    missing: Missing = "unknown",
  ): void {
    if (interest.source !== null) return;
    const { subject } = interest;
    const gap: Gap = { subject, fromMs: Math.min(atMs, toMs), toMs, kind, cause, missing, recovered: 0 };
    interest.reportGap(gap);
    this.log(gap);
  }

  /** Adds a gap to the timeline's batch, once however many listeners report it. */
  log(gap: Gap): void {
    if (this.#batch.size === 0) {
      queueMicrotask(() => {
        const gaps = [...this.#batch];
        this.#batch.clear();
        this.#onGaps(gaps);
      });
    }
    this.#batch.add(gap);
  }
}
