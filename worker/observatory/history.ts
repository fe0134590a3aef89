import type { Bucket, Observation } from "../../contract/status.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * How finely history is kept, for how long, and how finely it is told: all of it in less than 30 kB. A minute holds how
 * often what was observed; an hour is the sum of its minutes, each of which counts as one, for visitors look as well.
 */
const SPANS = {
  day: { bucketMs: MINUTE_MS, keptMs: DAY_MS, toldMs: 10 * MINUTE_MS },
  quarter: { bucketMs: HOUR_MS, keptMs: 90 * DAY_MS, toldMs: DAY_MS },
} as const;

/** A stretch of history, by what the page calls it. */
export type Span = keyof typeof SPANS;

const COUNTS = ["pass", "warn", "fail", "roundTripSumMs", "roundTrips"] as const;
type Counts = Record<(typeof COUNTS)[number], number>;
/** How often was looked in a minute: where nothing was, there is no row. */
const LOOKS = "(pass + warn + fail)";
const NO_COUNTS: Counts = { pass: 0, warn: 0, fail: 0, roundTripSumMs: 0, roundTrips: 0 };

/** The sums of minutes, each of which counts as one; a round trip counts wherever it was. */
const MINUTES: Readonly<Record<keyof Counts, string>> = {
  pass: `SUM(pass / ${LOOKS})`,
  warn: `SUM(warn / ${LOOKS})`,
  fail: `SUM(fail / ${LOOKS})`,
  roundTripSumMs: "SUM(roundTripSumMs)",
  roundTrips: "SUM(roundTrips)",
};

/** The columns' names stand everywhere: a table of another version may have more of them, or another order. */
const TABLE = "history_3";

/**
 * The observations of one set of servers, counted in SQLite. A guest of the observatory: whatever happens to the
 * store, nothing here throws. What couldn't be kept or read is a hole, and said to be one.
 */
export class History {
  readonly #sql: SqlStorage;
  #waiting = new Map<number, Counts>();
  #writtenMinuteMs = Number.NaN;
  #lastStatus: Observation["status"] | null = null;
  #isComplete = true;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#guarded(() => {
      sql.exec(
        `CREATE TABLE IF NOT EXISTS ${TABLE} (span TEXT NOT NULL, startMs INTEGER NOT NULL,
           ${COUNTS.map((name) => `${name} REAL NOT NULL DEFAULT 0`).join(", ")},
           PRIMARY KEY (span, startMs)) WITHOUT ROWID`,
      );
    });
  }

  /** Whether everything could be kept and read. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * Counts an observation. Written with the first of each minute, and at once when the status changes: whoever is put
   * away before the next one has no minute less.
   */
  add({ status, observedAtMs, servers }: Observation): void {
    const startMs = observedAtMs - (observedAtMs % MINUTE_MS);
    const counts = { ...(this.#waiting.get(startMs) ?? NO_COUNTS) };
    counts[status] += 1;
    for (const { roundTripMs } of servers) {
      if (roundTripMs === null) continue;
      counts.roundTripSumMs += roundTripMs;
      counts.roundTrips += 1;
    }
    this.#waiting.set(startMs, counts);
    const isDue = startMs !== this.#writtenMinuteMs || status !== this.#lastStatus;
    this.#lastStatus = status;
    this.#writtenMinuteMs = startMs;
    if (isDue) this.#write();
  }

  /** A stretch of history up to `nowMs`, oldest first; a bucket without observations isn't there. */
  buckets(span: Span, nowMs: number): readonly Bucket[] {
    this.#write();
    const { keptMs, toldMs } = SPANS[span];
    const sums = COUNTS.map((name) => `${span === "day" ? MINUTES[name] : `SUM(${name})`} AS ${name}`).join(
      ", ",
    );
    const rows = this.#guarded(() => [
      ...this.#sql.exec<Counts & { startMs: number }>(
        `SELECT startMs - startMs % ${toldMs} AS startMs, ${sums} FROM ${TABLE}
         WHERE span = ? AND startMs >= ? AND startMs <= ? GROUP BY 1 ORDER BY 1`,
        span,
        nowMs - keptMs,
        nowMs,
      ),
    ]);
    return (rows ?? []).map(({ startMs, pass, warn, fail, roundTripSumMs, roundTrips }) => ({
      startMs,
      pass: rounded(pass, 3),
      warn: rounded(warn, 3),
      fail: rounded(fail, 3),
      meanRoundTripMs: roundTrips === 0 ? null : rounded(roundTripSumMs / roundTrips, 1),
    }));
  }

  #write(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#guarded(() => {
      for (const [minuteMs, counts] of waiting) {
        this.#count(minuteMs, counts);
        this.#sumUp(minuteMs - (minuteMs % HOUR_MS));
        for (const [span, { bucketMs, keptMs }] of Object.entries(SPANS))
          this.#forget(span, keptMs / bucketMs);
      }
    });
  }

  #count(minuteMs: number, counts: Counts): void {
    this.#sql.exec(
      `INSERT INTO ${TABLE} (span, startMs, ${COUNTS.join(", ")}) VALUES ('day', ?, ${COUNTS.map(() => "?").join(", ")})
       ON CONFLICT DO UPDATE SET ${COUNTS.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`,
      minuteMs,
      ...COUNTS.map((name) => counts[name]),
    );
  }

  #sumUp(hourMs: number): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${TABLE} (span, startMs, ${COUNTS.join(", ")})
       SELECT 'quarter', ?1, ${COUNTS.map((name) => MINUTES[name]).join(", ")} FROM ${TABLE}
         WHERE span = 'day' AND startMs >= ?1 AND startMs < ?1 + ${HOUR_MS}`,
      hourMs,
    );
  }

  /** By number and not by age: a clock that jumps ahead makes nothing old. */
  #forget(span: string, kept: number): void {
    this.#sql.exec(
      `DELETE FROM ${TABLE} WHERE span = ?1 AND startMs <
         (SELECT startMs FROM ${TABLE} WHERE span = ?1 ORDER BY startMs DESC LIMIT 1 OFFSET ?2)`,
      span,
      kept,
    );
  }

  #guarded<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.#isComplete = false;
      console.error("history", (error as Error).message);
      return null;
    }
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
