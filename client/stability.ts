import { STATUS_RULES, type Status } from "./state.ts";
import type { TimelineEvent } from "./timeline.ts";

const MS_PER_HOUR = 3_600_000;

/** Losses per hour that halve the score: one every ten minutes. */
export const HALVING_LOSSES = 6;

/** How stable a connection has been since the client was created; null for figures without data. */
export interface Stability {
  /** The live share (0 to 1) of the time between start and stop. */
  readonly uptime: number | null;
  /** Links lost, not counting handovers. */
  readonly losses: number;
  /** Losses per hour between start and stop; at least one hour is assumed, so that an early loss isn't sixty. */
  readonly lossesPerHour: number;
  /** How many lost links came back. */
  readonly reconnects: number;
  /** Mean time from a dial to the first PONG, of successful dials, milliseconds. */
  readonly meanConnectMs: number | null;
  /** Mean time from a loss to the next live link, milliseconds. */
  readonly meanDownMs: number | null;
  /**
   * 0 to 100: `100 × uptime × 6 / (6 + lossesPerHour)`. Always live without a loss is 100; live half of the
   * time is 50, and so is a loss every ten minutes.
   */
  readonly score: number | null;
}

/** Measures stability from timeline events. Keeps sums only, so it needs no history and doesn't grow. */
export class StabilityMeter {
  #status: Status = "idle";
  #sinceMs = 0;
  #runningMs = 0;
  #liveMs = 0;
  #losses = 0;
  readonly #connects = new Mean();
  readonly #downs = new Mean();

  note(event: TimelineEvent, nowMs: number): void {
    if (event.type === "status") {
      this.#advanceTo(nowMs);
      this.#status = event.status;
    } else if (event.type === "link-lost") {
      this.#losses += 1;
    } else if (event.type === "live") {
      this.#connects.add(event.tookMs);
      if (event.downMs !== null) this.#downs.add(event.downMs);
    }
  }

  read(nowMs: number): Stability {
    this.#advanceTo(nowMs);
    const lossesPerHour = this.#losses / Math.max(1, this.#runningMs / MS_PER_HOUR);
    const uptime = this.#runningMs === 0 ? null : this.#liveMs / this.#runningMs;
    return {
      uptime,
      losses: this.#losses,
      lossesPerHour,
      reconnects: this.#downs.count,
      meanConnectMs: this.#connects.value,
      meanDownMs: this.#downs.value,
      score: uptime === null ? null : (100 * uptime * HALVING_LOSSES) / (HALVING_LOSSES + lossesPerHour),
    };
  }

  #advanceTo(nowMs: number): void {
    // If the wall clock was set back, no time has passed.
    const tookMs = Math.max(0, nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
    if (!STATUS_RULES[this.#status].mayDial) return;
    this.#runningMs += tookMs;
    if (this.#status === "live") this.#liveMs += tookMs;
  }
}

class Mean {
  count = 0;
  #sum = 0;

  get value(): number | null {
    return this.count === 0 ? null : Math.round(this.#sum / this.count);
  }

  add(value: number): void {
    this.count += 1;
    this.#sum += value;
  }
}
