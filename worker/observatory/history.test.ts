import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import type { HealthStatus } from "../../contract/health.ts";
import { uptimeOf } from "../faces/status.ts";
import { observatoryOf } from "../observatory.ts";
import { History } from "./history.ts";
import { NOON_MS, observationOf } from "./testing.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("History", () => {
  const inHistory = (name: string, work: (history: History) => void) =>
    runInDurableObject(observatoryOf(env, [name]), (_instance, { storage }) =>
      work(new History(storage.sql)),
    );

  test("counts by minute and by hour, and reports by ten minutes and by day", async () => {
    await inHistory("ws://by-minute", (history) => {
      history.add(observationOf("pass", NOON_MS));
      history.add(observationOf("warn", NOON_MS + MINUTE_MS));
      history.add(observationOf("fail", NOON_MS + 10 * MINUTE_MS));
      const nowMs = NOON_MS + 11 * MINUTE_MS;
      expect(history.buckets("day", nowMs)).toEqual([
        { startMs: NOON_MS, pass: 1, warn: 1, fail: 0 },
        { startMs: NOON_MS + 10 * MINUTE_MS, pass: 0, warn: 0, fail: 1 },
      ]);
      expect(history.buckets("quarter", nowMs)).toEqual([
        { startMs: NOON_MS - DAY_MS / 2, pass: 1, warn: 1, fail: 1 },
      ]);
      expect(uptimeOf(history.buckets("day", nowMs))).toBeCloseTo(2 / 3);
    });
  });

  test("a minute counts once, however many observations it has", async () => {
    await inHistory("ws://often", (history) => {
      for (let minute = 0; minute < 23 * 60; minute += 1)
        history.add(observationOf("pass", NOON_MS + minute * MINUTE_MS));
      const downMs = NOON_MS + 23 * 60 * MINUTE_MS;
      for (let second = 0; second < 3600; second += 1)
        history.add(observationOf("fail", downMs + second * 1000));
      const nowMs = downMs + 60 * MINUTE_MS - 1;
      for (const span of ["day", "quarter"] as const) {
        expect(uptimeOf(history.buckets(span, nowMs))).toBeCloseTo(23 / 24, 5);
      }
    });
  });

  test("a minute counts as its worst status, even if the object is evicted within it", async () => {
    await runInDurableObject(observatoryOf(env, ["ws://worst"]), (_instance, { storage }) => {
      let history = new History(storage.sql);
      const counts = (...statuses: readonly HealthStatus[]) => {
        for (const status of statuses) history.add(observationOf(status, NOON_MS + 1000));
        const [day, quarter] = [history.buckets("day", NOON_MS + 2000), history.buckets("quarter", NOON_MS)];
        expect(day.map(({ pass, warn, fail }) => [pass, warn, fail])).toEqual(
          quarter.map(({ pass, warn, fail }) => [pass, warn, fail]),
        );
        return day.map(({ pass, warn, fail }) => [pass, warn, fail]);
      };
      expect(counts("pass")).toEqual([[1, 0, 0]]);
      expect(counts("warn", "pass")).toEqual([[0, 1, 0]]);
      history = new History(storage.sql);
      expect(counts("pass")).toEqual([[0, 1, 0]]);
      expect(counts("fail", "warn", "pass")).toEqual([[0, 0, 1]]);
      history = new History(storage.sql);
      expect(counts("pass", "warn")).toEqual([[0, 0, 1]]);
    });
  });

  test("reports no more than a day and 90 days", async () => {
    await inHistory("ws://kept", (history) => {
      history.add(observationOf("pass", NOON_MS));
      const nextMs = NOON_MS + DAY_MS + MINUTE_MS;
      history.add(observationOf("pass", nextMs));
      expect(history.buckets("day", nextMs)).toHaveLength(1);
      expect(history.buckets("quarter", nextMs)).toHaveLength(2);
      const laterMs = NOON_MS + 91 * DAY_MS;
      history.add(observationOf("pass", laterMs));
      expect(history.buckets("quarter", laterMs)).toHaveLength(2);
    });
  });

  test("deletes buckets above its limits", async () => {
    await inHistory("ws://forgets", (history) => {
      const hours = 90 * 24 + 50;
      for (let hour = 0; hour < hours; hour += 1)
        history.add(observationOf("pass", NOON_MS + hour * 60 * MINUTE_MS));
      const buckets = history.buckets("quarter", NOON_MS + hours * 60 * MINUTE_MS);
      expect(buckets.reduce((sum, { pass }) => sum + pass, 0)).toBeLessThanOrEqual(90 * 24 + 1);
      expect(buckets.length).toBeGreaterThanOrEqual(90);
    });
  });

  test("a clock that jumps ahead and back deletes nothing", async () => {
    await inHistory("ws://jumps", (history) => {
      for (let minute = 0; minute < 60; minute += 1)
        history.add(observationOf("pass", NOON_MS + minute * MINUTE_MS));
      history.add(observationOf("pass", NOON_MS + 200 * DAY_MS));
      history.add(observationOf("pass", NOON_MS + 201 * DAY_MS));
      history.add(observationOf("pass", NOON_MS + 61 * MINUTE_MS));
      const buckets = history.buckets("day", NOON_MS + 62 * MINUTE_MS);
      expect(buckets.reduce((sum, { pass }) => sum + pass, 0)).toBe(61);
    });
  });

  test("is written once a minute, however many observations there are", async () => {
    await runInDurableObject(observatoryOf(env, ["ws://rarely"]), (_instance, { storage }) => {
      const history = new History(storage.sql);
      const exec = vi.spyOn(storage.sql, "exec");
      for (let second = 0; second < 600; second += 5)
        history.add(observationOf("pass", NOON_MS + second * 1000));
      const inserts = exec.mock.calls.filter(([text]) => text.startsWith("INSERT"));
      // One row for the minute and one for its hour.
      expect(inserts).toHaveLength(10 * 2);
      expect(history.buckets("day", NOON_MS + 600_000)).toMatchObject([{ pass: 10, warn: 0, fail: 0 }]);
      vi.restoreAllMocks();
    });
  });

  test("contains every observed minute, even if the object is evicted right after its last observation", async () => {
    await runInDurableObject(observatoryOf(env, ["ws://put-away"]), (_instance, { storage }) => {
      const before = new History(storage.sql);
      before.add(observationOf("pass", NOON_MS + 500));
      before.add(observationOf("pass", NOON_MS + MINUTE_MS + 200));
      const after = new History(storage.sql);
      expect(after.buckets("day", NOON_MS + 2 * MINUTE_MS)).toMatchObject([{ pass: 2, warn: 0, fail: 0 }]);
    });
  });

  test.each([
    [
      "is full",
      (storage: DurableObjectStorage) => {
        const { exec } = storage.sql;
        vi.spyOn(storage.sql, "exec").mockImplementation(((text: string, ...values: never[]) => {
          if (text.startsWith("INSERT")) throw new Error("database or disk is full: SQLITE_FULL");
          return exec.call(storage.sql, text, ...values);
        }) as never);
      },
    ],
    [
      "has a column less",
      (storage: DurableObjectStorage) => {
        storage.sql.exec("ALTER TABLE history_4 DROP COLUMN warn");
      },
    ],
    [
      "has lost its table",
      (storage: DurableObjectStorage) => {
        storage.sql.exec("DROP TABLE history_4");
      },
    ],
  ])("a store that %s makes the history incomplete and throws nothing", async (name, spoil) => {
    await runInDurableObject(observatoryOf(env, [`ws://spoilt/${name}`]), (_instance, { storage }) => {
      const history = new History(storage.sql);
      spoil(storage);
      history.add(observationOf("pass", NOON_MS));
      expect(() => history.buckets("day", NOON_MS + 1000)).not.toThrow();
      expect(history.isComplete).toBe(false);
      vi.restoreAllMocks();
    });
  });

  test("an additional column does no harm", async () => {
    await runInDurableObject(observatoryOf(env, ["ws://wider"]), (_instance, { storage }) => {
      const history = new History(storage.sql);
      storage.sql.exec("ALTER TABLE history_4 ADD COLUMN later TEXT");
      history.add(observationOf("pass", NOON_MS));
      expect(history.buckets("day", NOON_MS + 1000)).toHaveLength(1);
      expect(history.isComplete).toBe(true);
    });
  });

  test("an empty history has no uptime", () => {
    expect(uptimeOf([])).toBeNull();
  });
});
