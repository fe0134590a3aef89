import fc from "fast-check";
import { expect, test } from "vitest";
import type { AlertRule } from "../../contract/alert.ts";
import { feedOf } from "../testing.ts";
import { FeedAlerts } from "./alerts.ts";
import { eventOf } from "./testing.ts";

test("whatever happens, each alert begins before it ends, and each rule has at most one alert at a time", () => {
  const rules: readonly AlertRule[] = [
    { quietSeconds: 2 },
    { quietTimes: 2 },
    { match: "x" },
    { field: "t", when: ">1" },
    { notLiveSeconds: 1 },
  ];
  const step = fc.record({
    afterMs: fc.nat(5000),
    payload: fc.constantFrom('{"t":1}', '{"t":2,"id":"x"}', "x", "null"),
    isLive: fc.boolean(),
    isEvent: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step), fc.constantFrom({}, { key: "id" }), (steps, key) => {
      const alerts = new FeedAlerts(feedOf("a", { alerts: rules, ...key }));
      const lasting = new Set<AlertRule>();
      let nowMs = 0;
      let lastMs: number | null = null;
      for (const { afterMs, payload, isLive, isEvent } of steps) {
        nowMs += afterMs;
        const changes = isEvent
          ? alerts.event(eventOf(payload), nowMs)
          : alerts.tick(nowMs, { isLive, sinceMs: 0, lastMs, usualMs: 500, hasAll: true });
        if (isEvent) lastMs = nowMs;
        for (const { rule, beganAtMs, endedAtMs } of changes) {
          expect(lasting.has(rule)).toBe(endedAtMs !== null);
          if (endedAtMs === null) lasting.add(rule);
          else lasting.delete(rule);
          expect(beganAtMs).toBeLessThanOrEqual(endedAtMs ?? nowMs);
        }
        expect(new Set(alerts.active.map(({ rule }) => rule))).toEqual(lasting);
      }
    }),
  );
});
