import { STATUS_RULES, type Status } from "./state.ts";
import type { TimelineEvent } from "./timeline.ts";

const MS_PER_HOUR = 3_600_000;

/** So many losses an hour halve the score: one every ten minutes. */
export const HALVING_LOSSES = 6;

/** How well a connection has held since the client was made; null where nothing has been seen yet. */
export interface Stability {
  /** Share (0 to 1) of the time in which live data was wanted that it was live. */
  readonly uptime: number | null;
  /** Links lost, handovers not counted. */
  readonly losses: number;
  /** Losses in each hour that it was wanted; the first hour counts whole, so that one early loss isn't sixty. */
  readonly lossesPerHour: number;
  /** Times that a lost link came back. */
  readonly reconnects: number;
  /** The mean time from a dial to the first PONG, of those that got there, milliseconds. */
  readonly meanConnectMs: number | null;
  /** The mean time from a loss to being back, milliseconds. */
  readonly meanDownMs: number | null;
  /**
   * 0 to 100: `100 × uptime × 6 / (6 + lossesPerHour)`. Being there all the time without a break is
   * 100; being there half of the time is 50, and so is a loss every ten minutes.
   */
  readonly score: number | null;
}

/** Measures a connection as it goes: sums only, so it costs the same after a year, whatever a log still keeps. */
export class StabilityMeter {
  #status: Status = "idle";
  #sinceMs = 0;
  #wantedMs = 0;
  #liveMs = 0;
  #losses = 0;
  readonly #connects = new Mean();
  readonly #downs = new Mean();

  /** Something happened to the connection. */
  note(event: TimelineEvent, nowMs: number): void {
    if (event.type === "status") {
      this.#passTo(nowMs);
      this.#status = event.status;
    } else if (event.type === "link-lost") {
      this.#losses += 1;
    } else if (event.type === "live") {
      this.#connects.add(event.tookMs);
      // Null for a first one.
      if (event.downMs !== null) this.#downs.add(event.downMs);
    }
  }

  /** What has been measured up to `nowMs`. */
  read(nowMs: number): Stability {
    this.#passTo(nowMs);
    const lossesPerHour = this.#losses / Math.max(1, this.#wantedMs / MS_PER_HOUR);
    const uptime = this.#wantedMs === 0 ? null : this.#liveMs / this.#wantedMs;
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

  #passTo(nowMs: number): void {
    // A wall clock that was set back passes no time.
    const tookMs = Math.max(0, nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
    if (!STATUS_RULES[this.#status].mayDial) return;
    this.#wantedMs += tookMs;
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
