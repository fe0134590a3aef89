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

test("a name stands for a number of the client, and back", () => {
  const all = chosenOf(DEFAULT_TUNABLES);
  expect(Object.keys(all).sort()).toEqual([...TUNABLE_NAMES].sort());
  expect(all["reconnect.baseDelayMs"]).toBe(DEFAULT_TUNABLES.reconnect.baseDelayMs);
  expect(all.pingIntervalMs).toBe(DEFAULT_TUNABLES.pingIntervalMs);
  expect(toTunables(all)).toEqual(DEFAULT_TUNABLES);
});

test("only what is chosen is changed", () => {
  expect(toTunables({ "reconnect.factor": 2, drainTimeoutMs: 0 })).toEqual({
    drainTimeoutMs: 0,
    reconnect: { factor: 2 },
  });
});

test("what is remembered counts only within its limits", () => {
  const remembered = { "reconnect.factor": 2, connectTimeoutMs: 1, pingIntervalMs: "9000", other: 1 };
  expect(parseChosen(JSON.stringify(remembered))).toEqual({ "reconnect.factor": 2 });
  for (const broken of [null, "{", "null", "7", "[]"]) expect(parseChosen(broken)).toEqual({});
});

test("limits include their ends; nothing that isn't a number is within them", () => {
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
