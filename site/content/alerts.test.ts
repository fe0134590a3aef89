import { describe, expect, test } from "vitest";
import type { AlertRule } from "../../contract/alert.ts";
import { feedOf } from "../testing.ts";
import { type Alert, FeedAlerts, MATCH_LASTS_MS, type TickState } from "./alerts.ts";
import { eventOf } from "./testing.ts";

const LIVE: TickState = { isLive: true, sinceMs: 0, lastMs: null, usualMs: null, hasAll: true };
const LOST: TickState = { isLive: false, sinceMs: 0, lastMs: null, usualMs: null, hasAll: true };
const event = (payload: object, subject = "s") => eventOf(JSON.stringify(payload), { subject });
const shown = (alerts: readonly Alert[]) =>
  alerts.map(({ beganAtMs, endedAtMs, trigger }) => [
    beganAtMs,
    endedAtMs,
    trigger?.key ?? null,
    trigger?.value ?? null,
  ]);
const alertsOf = (rule: AlertRule, key?: string) =>
  new FeedAlerts(feedOf("a", { alerts: [rule], ...(key === undefined ? {} : { key }) }));

describe("a rule for quiet feeds", () => {
  test("begins after so many seconds without a message, and ends with the next message", () => {
    const alerts = alertsOf({ quietSeconds: 30 });
    expect(alerts.tick(30_000, LIVE)).toEqual([]);
    expect(shown(alerts.tick(30_001, LIVE))).toEqual([[30_000, null, null, null]]);
    expect(alerts.tick(60_000, LIVE)).toEqual([]);
    expect(alerts.active).toHaveLength(1);
    const came = { ...LIVE, lastMs: 61_000 };
    expect(shown(alerts.tick(61_500, came))).toEqual([[30_000, 61_500, null, null]]);
    expect(alerts.active).toEqual([]);
    expect(alerts.tick(91_000, came)).toEqual([]);
    expect(shown(alerts.tick(91_001, came))).toEqual([[91_000, null, null, null]]);
  });

  test("begins after a multiple of the usual interval, once that is known", () => {
    const alerts = alertsOf({ quietTimes: 5 });
    expect(alerts.tick(1_000_000, LIVE)).toEqual([]);
    expect(alerts.tick(15_000, { ...LIVE, usualMs: 3000 })).toEqual([]);
    expect(alerts.tick(15_001, { ...LIVE, usualMs: 3000 })).toHaveLength(1);
  });

  test("never begins within ten seconds by a multiple of the usual interval, as after a burst", () => {
    const alerts = alertsOf({ quietTimes: 5 });
    for (const usualMs of [0, 1]) expect(alerts.tick(10_000, { ...LIVE, usualMs })).toEqual([]);
    expect(alerts.tick(10_001, { ...LIVE, usualMs: 1 })).toHaveLength(1);
  });

  test("doesn't begin without a link, and counts anew from the next link", () => {
    const alerts = alertsOf({ quietSeconds: 30 });
    expect(alerts.tick(90_000, LOST)).toEqual([]);
    expect(alerts.tick(110_000, { ...LIVE, sinceMs: 90_000 })).toEqual([]);
    expect(alerts.tick(120_001, { ...LIVE, sinceMs: 90_000, lastMs: 80_000 })).toHaveLength(1);
    expect(alerts.tick(130_000, { ...LOST, sinceMs: 125_000, lastMs: 80_000 })).toEqual([]);
    expect(alerts.tick(132_000, { ...LIVE, sinceMs: 131_000, lastMs: 80_000 })).toEqual([]);
    expect(alerts.active).toHaveLength(1);
  });

  test("ends with a message that arrived before the panel noticed the new link", () => {
    const alerts = alertsOf({ quietSeconds: 900 });
    expect(alerts.tick(900_001, LIVE)).toHaveLength(1);
    expect(alerts.tick(1_000_000, { ...LOST, sinceMs: 1_000_000 })).toEqual([]);
    expect(alerts.tick(1_100_000, { ...LIVE, sinceMs: 1_100_000, lastMs: 1_099_600 })).toHaveLength(1);
  });

  test("stays active when the clock is set back, until a message arrives", () => {
    const alerts = alertsOf({ quietSeconds: 30 });
    const live = { ...LIVE, lastMs: 9_000_000 };
    expect(alerts.tick(9_030_001, live)).toHaveLength(1);
    expect(alerts.tick(6_400_000, live)).toEqual([]);
    expect(alerts.tick(6_402_000, { ...live, lastMs: 6_401_000 })).toHaveLength(1);
  });

  test("begins in time after the clock was set back an hour", () => {
    const alerts = alertsOf({ quietSeconds: 30 });
    const live = { ...LIVE, sinceMs: 9_000_000, lastMs: 10_000_000 };
    expect(alerts.tick(10_001_000, live)).toEqual([]);
    expect(alerts.tick(6_400_000, live)).toEqual([]);
    expect(alerts.tick(6_430_000, live)).toEqual([]);
    expect(alerts.tick(6_430_001, live)).toHaveLength(1);
  });

  test("begins in time when a new link only brought older history", () => {
    const alerts = alertsOf({ quietSeconds: 30 });
    expect(alerts.tick(130_001, { ...LIVE, sinceMs: 100_000, lastMs: 90_000 })).toHaveLength(1);
  });
});

describe("a rule for a field", () => {
  const HOT: AlertRule = { field: "t", when: ">80" };

  test("is checked for each key; its alert ends when no key breaks it", () => {
    const alerts = alertsOf(HOT, "id");
    expect(alerts.event(event({ id: "a", t: 80 }), 1)).toEqual([]);
    expect(shown(alerts.event(event({ id: "a", t: 81 }), 2))).toEqual([[2, null, "a", "81"]]);
    expect(alerts.event(event({ id: "b", t: 90 }), 3)).toEqual([]);
    expect(alerts.event(event({ id: "a", t: 70 }), 4)).toEqual([]);
    expect(alerts.event(event({ id: "b" }), 5)).toEqual([]);
    expect(shown(alerts.event(event({ id: "b", t: 70 }), 6))).toEqual([[2, 6, "a", "81"]]);
  });

  test("shortens a huge key or value in its middle", () => {
    const alerts = alertsOf({ field: "state", when: "!=ok" }, "id");
    const long = "x".repeat(400_000);
    const cut = `${"x".repeat(150)}…${"x".repeat(150)}`;
    expect(alerts.event(event({ id: long, state: long }), 1)[0]?.trigger).toEqual({ key: cut, value: cut });
  });

  test("without a key, values are told apart by subject", () => {
    const alerts = alertsOf(HOT);
    expect(shown(alerts.event(event({ t: 81 }, "iot.a"), 1))).toEqual([[1, null, "iot.a", "81"]]);
    expect(alerts.event(event({ t: 1 }, "iot.b"), 2)).toEqual([]);
    expect(alerts.event(event({ t: 1 }, "iot.a"), 3)).toHaveLength(1);
  });

  test("a stored event that still breaks the rule is an alert", () => {
    const alerts = alertsOf(HOT, "id");
    expect(alerts.event(event({ id: "a", t: 81 }), 1, "stored")).toEqual([]);
    expect(alerts.event(event({ id: "b", t: 81 }), 2, "stored")).toEqual([]);
    expect(alerts.event(event({ id: "a", t: 1 }), 3, "stored")).toEqual([]);
    expect(shown(alerts.tick(10, LIVE))).toEqual([[2, null, "b", "81"]]);
    expect(alerts.event(event({ id: "b", t: 1 }), 11, "stored")).toHaveLength(1);
  });

  test("a stored event is no alert before the panel has caught up", () => {
    const alerts = alertsOf(HOT);
    expect(alerts.event(event({ t: 90 }), 1, "stored")).toEqual([]);
    expect(alerts.tick(10, { ...LIVE, hasAll: false })).toEqual([]);
    expect(alerts.event(event({ t: 20 }), 2, "stored")).toEqual([]);
    expect(alerts.tick(20, LIVE)).toEqual([]);
  });

  test("a late event is an alert if it still breaks the rule at the next tick", () => {
    const alerts = alertsOf(HOT);
    expect(alerts.event(event({ t: 90 }), 1, "late")).toEqual([]);
    expect(alerts.event(event({ t: 20 }), 2, "late")).toEqual([]);
    expect(alerts.event(event({ t: 95 }), 3, "late")).toEqual([]);
    expect(shown(alerts.tick(10, LIVE))).toEqual([[3, null, "s", "95"]]);
  });

  test("a number that is sent as text is compared like a number, as for tones", () => {
    expect(alertsOf(HOT).event(event({ t: "81" }), 1)).toHaveLength(1);
    expect(alertsOf(HOT).event(event({ t: "eighty-one" }), 1)).toEqual([]);
  });

  test("Infinity is compared like a number, and NaN changes nothing", () => {
    const alerts = alertsOf(HOT);
    const came = (t: string, nowMs: number) =>
      shown(alerts.event(eventOf(`{"t":${t}}`, { subject: "s" }), nowMs));
    expect(came("NaN", 1)).toEqual([]);
    expect(came("Infinity", 2)).toEqual([[2, null, "s", "Infinity"]]);
    expect(came("NaN", 3)).toEqual([]);
    expect(came("-Infinity", 4)).toEqual([[2, 4, "s", "Infinity"]]);
    expect(alertsOf({ field: "t", when: "nan" }).event(eventOf('{"t":NaN}'), 1)).toHaveLength(1);
  });
});

describe("a rule for matches", () => {
  const FAILED: AlertRule = { match: "status:failed" };

  test("is an alert for a while, and longer with each further match", () => {
    const alerts = alertsOf(FAILED);
    expect(shown(alerts.event(event({ status: "failed" }), 1000))).toEqual([
      [1000, null, "s", "status:failed"],
    ]);
    expect(alerts.event(event({ status: "done" }), 2000)).toEqual([]);
    expect(alerts.event(event({ status: "failed" }), 3000)).toEqual([]);
    expect(alerts.tick(2999 + MATCH_LASTS_MS, LIVE)).toEqual([]);
    expect(shown(alerts.tick(3000 + MATCH_LASTS_MS, LIVE))).toEqual([[1000, 63_000, "s", "status:failed"]]);
  });

  test("ends with the key's next event that doesn't match", () => {
    const alerts = alertsOf(FAILED, "id");
    alerts.event(event({ id: "a", status: "failed" }), 1);
    expect(alerts.tick(10 * MATCH_LASTS_MS, LIVE)).toEqual([]);
    expect(alerts.event(event({ id: "b", status: "done" }), 2)).toEqual([]);
    expect(alerts.event(event({ id: "a", status: "done" }), 3)).toHaveLength(1);
  });

  test("ignores stored events", () => {
    const alerts = alertsOf(FAILED);
    expect(alerts.event(event({ status: "failed" }), 1, "stored")).toEqual([]);
  });

  test("doesn't ignore late events", () => {
    expect(alertsOf(FAILED).event(event({ status: "failed" }), 1, "late")).toHaveLength(1);
  });
});

test("a match from before the clock was set back an hour ends a minute after the change", () => {
  const alerts = alertsOf({ match: "status:failed" });
  alerts.event(event({ status: "failed" }), 10_000_000);
  alerts.tick(10_001_000, LIVE);
  expect(alerts.tick(6_400_000, LIVE)).toEqual([]);
  expect(alerts.tick(6_400_000 + MATCH_LASTS_MS, LIVE)).toHaveLength(1);
});

test("an event without the field, or with null in it, neither begins an alert nor ends one", () => {
  const alerts = alertsOf({ field: "state", when: "!=ok" });
  for (const payload of [{}, { state: null }, { state: [1] }])
    expect(alerts.event(event(payload), 1)).toEqual([]);
  expect(alerts.event(event({ state: "down" }), 2)).toHaveLength(1);
  for (const payload of [{}, { state: null }, { state: [1] }])
    expect(alerts.event(event(payload), 3)).toEqual([]);
  expect(alerts.event({ ...event({ state: "down" }), isDeletion: true }, 4)).toHaveLength(1);
  expect(alerts.active).toEqual([]);
});

test("dropping all keys ends alerts about keys, but not those about quiet feeds", () => {
  const quiet = alertsOf({ quietSeconds: 30 });
  quiet.tick(30_001, LIVE);
  expect([quiet.forgetKeys(30_002), quiet.active.length]).toEqual([[], 1]);
  const threshold = alertsOf({ field: "t", when: ">80" });
  threshold.event(event({ t: 81 }), 1);
  expect([threshold.forgetKeys(2).length, threshold.active.length]).toEqual([1, 0]);
});

test("a lost link is an alert also if the clock is set back meanwhile; a long live link never is", () => {
  const alerts = alertsOf({ notLiveSeconds: 60 });
  expect(alerts.tick(1_000_000, LIVE)).toEqual([]);
  expect(alerts.tick(2_000_000, { ...LOST, sinceMs: 1_000_000 })).toHaveLength(1);
  expect(alerts.tick(500_000, { ...LOST, sinceMs: 1_000_000 })).toEqual([]);
  expect(alerts.active).toHaveLength(1);
});

test("an alert about a lost link begins after its time, and ends with the next link", () => {
  const alerts = alertsOf({ notLiveSeconds: 60 });
  expect(alerts.tick(60_000, LOST)).toEqual([]);
  expect(shown(alerts.tick(60_001, LOST))).toEqual([[60_000, null, null, null]]);
  expect(alerts.event(event({}), 60_002)).toEqual([]);
  expect(shown(alerts.tick(61_000, { ...LIVE, sinceMs: 60_500 }))).toEqual([[60_000, 61_000, null, null]]);
});

test.each<AlertRule>([{ quietSeconds: 30 }, { notLiveSeconds: 30 }])(
  "a hidden page, which ticks once a minute, reports the same beginning as a visible one: %j",
  (rule) => {
    const how = { ...LIVE, isLive: "quietSeconds" in rule, sinceMs: 1000, lastMs: 1000 };
    for (const nowMs of [31_001, 90_000]) {
      expect(shown(alertsOf(rule).tick(nowMs, how))).toEqual([[31_000, null, null, null]]);
    }
  },
);
