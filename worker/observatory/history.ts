import type { HealthStatus } from "../../contract/health.ts";
import type { Bucket, Observation } from "../../contract/status.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How finely history is kept, and for how long. */
export const SPANS = {
  minute: { bucketMs: MINUTE_MS, keptMs: DAY_MS },
  hour: { bucketMs: HOUR_MS, keptMs: 90 * DAY_MS },
} as const;

/** The name of a resolution of history. */
export type Span = keyof typeof SPANS;

type Row = {
  startMs: number;
  pass: number;
  warn: number;
  fail: number;
  roundTripSumMs: number;
  roundTrips: number;
};

/** The observations of one set of servers, counted by minute and by hour in SQLite. */
export class History {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS bucket (
        span TEXT NOT NULL, startMs INTEGER NOT NULL,
        pass INTEGER NOT NULL DEFAULT 0, warn INTEGER NOT NULL DEFAULT 0, fail INTEGER NOT NULL DEFAULT 0,
        roundTripSumMs REAL NOT NULL DEFAULT 0, roundTrips INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (span, startMs)
      ) WITHOUT ROWID
    `);
  }

  /** Counts an observation and forgets what is older than is kept. */
  add({ status, observedAtMs, servers }: Observation): void {
    const roundTrips = servers.flatMap(({ roundTripMs }) => (roundTripMs === null ? [] : [roundTripMs]));
    const sumMs = roundTrips.reduce((sum, one) => sum + one, 0);
    for (const [span, { bucketMs, keptMs }] of Object.entries(SPANS)) {
      const startMs = observedAtMs - (observedAtMs % bucketMs);
      this.#count(span, startMs, status, sumMs, roundTrips.length);
      this.#sql.exec("DELETE FROM bucket WHERE span = ? AND startMs < ?", span, observedAtMs - keptMs);
    }
  }

  /** The buckets of a resolution, oldest first; one without observations isn't there. */
  buckets(span: Span): readonly Bucket[] {
    const rows = this.#sql.exec<Row>("SELECT * FROM bucket WHERE span = ? ORDER BY startMs", span);
    return [...rows].map(({ startMs, pass, warn, fail, roundTripSumMs, roundTrips }) => {
      const meanRoundTripMs = roundTrips === 0 ? null : roundTripSumMs / roundTrips;
      return { startMs, pass, warn, fail, meanRoundTripMs };
    });
  }

  #count(span: string, startMs: number, status: HealthStatus, sumMs: number, roundTrips: number): void {
    const one = (wanted: HealthStatus): number => (status === wanted ? 1 : 0);
    this.#sql.exec(
      `INSERT INTO bucket VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         pass = pass + excluded.pass, warn = warn + excluded.warn, fail = fail + excluded.fail,
         roundTripSumMs = roundTripSumMs + excluded.roundTripSumMs, roundTrips = roundTrips + excluded.roundTrips`,
      ...[span, startMs, one("pass"), one("warn"), one("fail"), sumMs, roundTrips],
    );
  }
}

/** The share of observations in which NATS was reached, 0 to 1; null when there were none. */
export function uptimeOf(buckets: readonly Bucket[]): number | null {
  let reached = 0;
  let all = 0;
  for (const { pass, warn, fail } of buckets) {
    reached += pass + warn;
    all += pass + warn + fail;
  }
  return all === 0 ? null : reached / all;
}
