import { expect, test } from "vitest";
import { fault } from "./faults/fault.ts";
import { HALVING_LOSSES, type Stability, StabilityMeter } from "./stability.ts";
import type { Status } from "./state.ts";

const HOUR = 3_600_000;

function meterOf(...statuses: readonly (readonly [Status, number])[]): StabilityMeter {
  const meter = new StabilityMeter();
  for (const [status, atMs] of statuses) meter.note({ type: "status", status }, atMs);
  return meter;
}

const connected = (tookMs: number, downMs: number | null) =>
  ({ type: "live", server: "", version: "", tookMs, downMs }) as const;

const LOST = { type: "link-lost", fault: fault("unreachable"), retryInMs: null } as const;

const NOTHING: Stability = {
  uptime: null,
  losses: 0,
  lossesPerHour: 0,
  reconnects: 0,
  meanConnectMs: null,
  meanDownMs: null,
  score: null,
};

test("before the first start there are no figures", () => {
  expect(new StabilityMeter().read(5)).toEqual(NOTHING);
});

test("the first connect isn't a reconnect", () => {
  const meter = new StabilityMeter();
  meter.note(connected(10, null), 0);
  expect(meter.read(0)).toEqual({ ...NOTHING, meanConnectMs: 10 });
});

test("the means cover all connects and all breaks", () => {
  const meter = new StabilityMeter();
  meter.note(connected(10, null), 0);
  meter.note(connected(20, 1000), 0);
  meter.note(connected(33, 2000), 0);
  expect(meter.read(0)).toMatchObject({ reconnects: 2, meanConnectMs: 21, meanDownMs: 1500 });
});

test("always live without a loss scores 100", () => {
  expect(meterOf(["live", 0]).read(HOUR)).toMatchObject({ uptime: 1, lossesPerHour: 0, score: 100 });
});

test("connecting, reconnecting and failed lower the score; stopped doesn't", () => {
  const meter = meterOf(
    ["connecting", 0],
    ["live", 10],
    ["reconnecting", 40],
    ["failed", 50],
    ["stopping", 60],
    ["stopped", 70],
  );
  expect(meter.read(1000)).toMatchObject({ uptime: 0.5, score: 50 });
});

test("six losses an hour halve the score, and reading it changes nothing", () => {
  const meter = meterOf(["live", 0]);
  for (let loss = 0; loss < 12; loss += 1) meter.note(LOST, 0);
  expect(meter.read(HOUR / 60).lossesPerHour).toBe(12);
  const expected = { uptime: 1, losses: 12, lossesPerHour: HALVING_LOSSES, score: 50 };
  expect(meter.read(2 * HOUR)).toMatchObject(expected);
  expect(meter.read(2 * HOUR)).toMatchObject(expected);
});

test("no time passes if the clock is set back", () => {
  expect(meterOf(["live", 100], ["reconnecting", 50]).read(60)).toMatchObject({ uptime: 0 });
});
