import { STATUS_RULES, type Status } from "./state.ts";
import type { TimelineEntry } from "./timeline.ts";

const MS_PER_HOUR = 3_600_000;

/** So many losses an hour halve the score: one every ten minutes. */
export const HALVING_LOSSES = 6;

/** How well a connection has held, over what its timeline still keeps; null where nothing has been seen yet. */
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

/**
 * Measures a timeline.
 * @param entries oldest first, as `Timeline.entries` has them
 * @param nowMs up to when, epoch milliseconds
 */
export function stabilityOf(entries: readonly TimelineEntry[], nowMs: number): Stability {
  const { wantedMs, liveMs } = timesOf(entries, nowMs);
  const losses = entries.filter(({ type }) => type === "link-lost").length;
  const lossesPerHour = losses / Math.max(1, wantedMs / MS_PER_HOUR);
  const uptime = wantedMs === 0 ? null : liveMs / wantedMs;
  const lives = entries.filter((entry) => entry.type === "live");
  const downs = lives.flatMap(({ downMs }) => (downMs === null ? [] : [downMs]));
  return {
    uptime,
    losses,
    lossesPerHour,
    reconnects: downs.length,
    meanConnectMs: meanOf(lives.map(({ tookMs }) => tookMs)),
    meanDownMs: meanOf(downs),
    score: uptime === null ? null : (100 * uptime * HALVING_LOSSES) / (HALVING_LOSSES + lossesPerHour),
  };
}

function timesOf(entries: readonly TimelineEntry[], nowMs: number): { wantedMs: number; liveMs: number } {
  let wantedMs = 0;
  let liveMs = 0;
  let status: Status = "idle";
  let sinceMs = nowMs;
  const passTo = (atMs: number) => {
    // A wall clock that was set back passes no time.
    const tookMs = Math.max(0, atMs - sinceMs);
    if (isWanted(status)) wantedMs += tookMs;
    if (status === "live") liveMs += tookMs;
    sinceMs = atMs;
  };
  for (const entry of entries) {
    if (entry.type !== "status") continue;
    passTo(entry.atMs);
    status = entry.status;
  }
  passTo(nowMs);
  return { wantedMs, liveMs };
}

/** Who gave up still wants to be live; who switched off doesn't. */
function isWanted(status: Status): boolean {
  return STATUS_RULES[status].wantsSubscriptions || status === "failed";
}

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}
