import type { HealthStatus } from "../../contract/health.ts";
import type { Bucket, Observation } from "../../contract/status.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * How finely history is kept, for how long, and how finely it is told: all of it in less than 30 kB. A minute is the
 * worst that was seen in it, for visitors look as well, as often as they like; an hour is the sum of its minutes.
 */
const SPANS = {
  day: { bucketMs: MINUTE_MS, keptMs: DAY_MS, toldMs: 10 * MINUTE_MS },
  quarter: { bucketMs: HOUR_MS, keptMs: 90 * DAY_MS, toldMs: DAY_MS },
} as const;

/** A stretch of history, by what the page calls it. */
export type Span = keyof typeof SPANS;

/** The worst comes last. */
const STATUSES: readonly HealthStatus[] = ["pass", "warn", "fail"];

/** The columns' names stand everywhere: a table of another version may have more of them, or another order. */
const TABLE = "history_4";

/**
 * The observations of one set of servers, counted in SQLite. A guest of the observatory: whatever happens to the
 * store, nothing here throws. What couldn't be kept or read is a hole, and said to be one.
 */
export class History {
  readonly #sql: SqlStorage;
  /** The minute that was written last, and how bad it was by then. */
  #written = { minuteMs: Number.NaN, badness: 0 };
  #isComplete = true;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#guarded(() => {
      sql.exec(
        `CREATE TABLE IF NOT EXISTS ${TABLE} (span TEXT NOT NULL, startMs INTEGER NOT NULL,
           ${STATUSES.map((name) => `${name} INTEGER NOT NULL`).join(", ")},
           PRIMARY KEY (span, startMs)) WITHOUT ROWID`,
      );
    });
  }

  /** Whether everything could be kept and read. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Counts an observation: written where it is the first of its minute, or worse than those before it. */
  add({ status, observedAtMs }: Pick<Observation, "status" | "observedAtMs">): void {
    const minuteMs = observedAtMs - (observedAtMs % MINUTE_MS);
    const badness = STATUSES.indexOf(status);
    if (minuteMs === this.#written.minuteMs && badness <= this.#written.badness) return;
    this.#written = { minuteMs, badness };
    this.#guarded(() => {
      this.#count(minuteMs, status);
      this.#sumUp(minuteMs - (minuteMs % HOUR_MS));
      for (const [span, { bucketMs, keptMs }] of Object.entries(SPANS)) this.#forget(span, keptMs / bucketMs);
    });
  }

  /** A stretch of history up to `nowMs`, oldest first; a bucket without observations isn't there. */
  buckets(span: Span, nowMs: number): readonly Bucket[] {
    const { keptMs, toldMs } = SPANS[span];
    const rows = this.#guarded(() => [
      ...this.#sql.exec<{ [K in keyof Bucket]: number }>(
        `SELECT startMs - startMs % ${toldMs} AS startMs, SUM(pass) AS pass, SUM(warn) AS warn, SUM(fail) AS fail
         FROM ${TABLE} WHERE span = ? AND startMs >= ? AND startMs <= ? GROUP BY 1 ORDER BY 1`,
        span,
        nowMs - keptMs,
        nowMs,
      ),
    ]);
    return rows ?? [];
  }

  /** Never better than it is: whoever was put away within the minute has forgotten how bad that was. */
  #count(minuteMs: number, status: HealthStatus): void {
    this.#sql.exec(
      `INSERT INTO ${TABLE} (span, startMs, pass, warn, fail) VALUES ('day', ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET pass = excluded.pass, warn = excluded.warn, fail = excluded.fail
         WHERE (excluded.fail, excluded.warn) > (fail, warn)`,
      minuteMs,
      ...STATUSES.map((one) => Number(one === status)),
    );
  }

  #sumUp(hourMs: number): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${TABLE} (span, startMs, pass, warn, fail)
       SELECT 'quarter', ?1, SUM(pass), SUM(warn), SUM(fail) FROM ${TABLE}
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
