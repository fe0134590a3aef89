import { STATUS_RULES, type Status, type TimelineEntry } from "../../client/index.ts";

const MS_PER_HOUR = 3_600_000;
/** So many losses an hour halve the score: one every ten minutes. */
export const HALVING_LOSSES = 6;

/** How well a connection has held, from its timeline. */
export interface Stability {
  /** Share of the time that live data was wanted in which it was live; null before it was wanted. */
  readonly uptime: number | null;
  /** Losses in each hour that it was wanted; the first hour counts whole, so that one early loss isn't sixty. */
  readonly lossesPerHour: number;
  /** `100 × uptime × 6 / (6 + lossesPerHour)`: being there, and being there without a break. */
  readonly score: number | null;
}

/** Measures a timeline, oldest first, up to `nowMs`. */
export function stabilityOf(entries: readonly TimelineEntry[], nowMs: number): Stability {
  let wantedMs = 0;
  let liveMs = 0;
  let losses = 0;
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
    if (entry.type === "link-lost") losses += 1;
    if (entry.type !== "status") continue;
    passTo(entry.atMs);
    status = entry.status;
  }
  passTo(nowMs);
  const lossesPerHour = losses / Math.max(1, wantedMs / MS_PER_HOUR);
  if (wantedMs === 0) return { uptime: null, lossesPerHour, score: null };
  const uptime = liveMs / wantedMs;
  return { uptime, lossesPerHour, score: (100 * uptime * HALVING_LOSSES) / (HALVING_LOSSES + lossesPerHour) };
}

/** Who gave up still wants to be live; who switched off doesn't. */
function isWanted(status: Status): boolean {
  return STATUS_RULES[status].wantsSubscriptions || status === "failed";
}
