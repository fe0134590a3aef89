import type { HealthStatus } from "../../contract/health.ts";
import type { Bucket, Observation } from "../../contract/status.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Resolution and duration of the stored history, and resolution of the reported one (less than 30 kB). A minute counts as
 * its worst status, because visitors cause any number of observations; an hour is the sum of its minutes.
 */
const SPANS = {
  day: { bucketMs: MINUTE_MS, keptMs: DAY_MS, reportedMs: 10 * MINUTE_MS },
  quarter: { bucketMs: HOUR_MS, keptMs: 90 * DAY_MS, reportedMs: DAY_MS },
} as const;

/** A span of history, as named in `/api/status`. */
export type Span = keyof typeof SPANS;

/** From best to worst. */
const STATUSES: readonly HealthStatus[] = ["pass", "warn", "fail"];

/** Every query names its columns: another version's table may have more of them, or in another order. */
const TABLE = "history_4";

/**
 * Counts the observations of one set of servers in SQLite. Never throws, whatever happens to the store: a failure only
 * makes `isComplete` false.
 */
export class History {
  readonly #sql: SqlStorage;
  /** The minute written last, and its severity. */
  #lastWritten = { minuteMs: Number.NaN, severity: 0 };
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

  /** Whether everything could be stored and read. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Counts an observation; writes only if it is the first of its minute, or worse than those before. */
  add({ status, observedAtMs }: Pick<Observation, "status" | "observedAtMs">): void {
    const minuteMs = observedAtMs - (observedAtMs % MINUTE_MS);
    const severity = STATUSES.indexOf(status);
    if (minuteMs === this.#lastWritten.minuteMs && severity <= this.#lastWritten.severity) return;
    this.#lastWritten = { minuteMs, severity };
    this.#guarded(() => {
      this.#count(minuteMs, status);
      this.#updateHour(minuteMs - (minuteMs % HOUR_MS));
      for (const [span, { bucketMs, keptMs }] of Object.entries(SPANS)) this.#prune(span, keptMs / bucketMs);
    });
  }

  /** A span of history up to `nowMs`, oldest first, without empty buckets. */
  buckets(span: Span, nowMs: number): readonly Bucket[] {
    const { keptMs, reportedMs } = SPANS[span];
    const rows = this.#guarded(() => [
      ...this.#sql.exec<{ [K in keyof Bucket]: number }>(
        `SELECT startMs - startMs % ${reportedMs} AS startMs, SUM(pass) AS pass, SUM(warn) AS warn, SUM(fail) AS fail
         FROM ${TABLE} WHERE span = ? AND startMs >= ? AND startMs <= ? GROUP BY 1 ORDER BY 1`,
        span,
        nowMs - keptMs,
        nowMs,
      ),
    ]);
    return rows ?? [];
  }

  /** Never improves a stored minute: an object evicted within the minute has forgotten `#lastWritten`. */
  #count(minuteMs: number, status: HealthStatus): void {
    this.#sql.exec(
      `INSERT INTO ${TABLE} (span, startMs, pass, warn, fail) VALUES ('day', ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET pass = excluded.pass, warn = excluded.warn, fail = excluded.fail
         WHERE (excluded.fail, excluded.warn) > (fail, warn)`,
      minuteMs,
      ...STATUSES.map((one) => Number(one === status)),
    );
  }

  #updateHour(hourMs: number): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${TABLE} (span, startMs, pass, warn, fail)
       SELECT 'quarter', ?1, SUM(pass), SUM(warn), SUM(fail) FROM ${TABLE}
         WHERE span = 'day' AND startMs >= ?1 AND startMs < ?1 + ${HOUR_MS}`,
      hourMs,
    );
  }

  /** Deletes by count and not by age, so that a clock that jumps ahead deletes nothing. */
  #prune(span: string, kept: number): void {
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
