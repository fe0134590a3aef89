import type { TimelineEntry } from "../../client/index.ts";

/** What the timeline says of a connection as a whole; null where nothing has been seen yet. */
export interface Summary {
  /** Times that a lost link came back. */
  readonly recoveries: number;
  /** The mean time from a dial to being live, milliseconds. */
  readonly meanConnectMs: number | null;
  /** The mean time from a loss to being back, milliseconds. */
  readonly meanDownMs: number | null;
}

/** Sums the timeline up. */
export function summarise(entries: readonly TimelineEntry[]): Summary {
  const lives = entries.filter((entry) => entry.type === "live");
  const downs = lives.flatMap(({ downMs }) => (downMs === null ? [] : [downMs]));
  return {
    recoveries: downs.length,
    meanConnectMs: meanOf(lives.map(({ tookMs }) => tookMs)),
    meanDownMs: meanOf(downs),
  };
}

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}
