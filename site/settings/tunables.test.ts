import { expect, test } from "vitest";
import { DEFAULT_TUNABLES } from "../../client/index.ts";
import {
  chosenOf,
  isMilliseconds,
  isWithinLimits,
  parseChosen,
  TUNABLE_NAMES,
  toTunables,
} from "./tunables.ts";

test("flat names convert to the client's tunables and back", () => {
  const all = chosenOf(DEFAULT_TUNABLES);
  expect(Object.keys(all).sort()).toEqual([...TUNABLE_NAMES].sort());
  expect(all["reconnect.baseDelayMs"]).toBe(DEFAULT_TUNABLES.reconnect.baseDelayMs);
  expect(all.pingIntervalMs).toBe(DEFAULT_TUNABLES.pingIntervalMs);
  expect(toTunables(all)).toEqual(DEFAULT_TUNABLES);
});

test("only chosen settings are changed", () => {
  expect(toTunables({ "reconnect.factor": 2, drainTimeoutMs: 0 })).toEqual({
    drainTimeoutMs: 0,
    reconnect: { factor: 2 },
  });
});

test("remembered numbers out of range are ignored", () => {
  const remembered = { "reconnect.factor": 2, connectTimeoutMs: 1, pingIntervalMs: "9000", other: 1 };
  expect(parseChosen(JSON.stringify(remembered))).toEqual({ "reconnect.factor": 2 });
  for (const broken of [null, "{", "null", "7", "[]"]) expect(parseChosen(broken)).toEqual({});
});

test("limits are inclusive; NaN is out of range", () => {
  expect([0.9, 1, 10, 10.1, Number.NaN].map((factor) => isWithinLimits("reconnect.factor", factor))).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});

test("attempts and factors have no unit", () => {
  expect([isMilliseconds("reconnect.maxAttempts"), isMilliseconds("drainTimeoutMs")]).toEqual([false, true]);
});
