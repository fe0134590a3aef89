import { expect, test } from "vitest";
import { fault } from "./faults.ts";
import { HALVING_LOSSES, type Stability, stabilityOf } from "./stability.ts";
import type { Status } from "./state.ts";
import { Timeline } from "./timeline.ts";

const HOUR = 3_600_000;

function timelineOf(...statuses: readonly (readonly [Status, number])[]): Timeline {
  const timeline = new Timeline();
  for (const [status, atMs] of statuses) timeline.add({ type: "status", status }, atMs);
  return timeline;
}

/** The timeline of links that were live after so long, each after a break or as the first. */
function timelineOfLinks(...links: readonly { tookMs: number; downMs: number | null }[]): Timeline {
  const timeline = new Timeline();
  for (const link of links) {
    timeline.add({ type: "live", server: "ws://nats:8443", version: "2.15.1", ...link }, 0);
  }
  return timeline;
}

const NOTHING: Stability = {
  uptime: null,
  losses: 0,
  lossesPerHour: 0,
  reconnects: 0,
  meanConnectMs: null,
  meanDownMs: null,
  score: null,
};

test("before live data is wanted there is nothing to measure", () => {
  expect(stabilityOf([], 5)).toEqual(NOTHING);
});

test("a first connect is no reconnect", () => {
  const { entries } = timelineOfLinks({ tookMs: 10, downMs: null });
  expect(stabilityOf(entries, 0)).toEqual({ ...NOTHING, meanConnectMs: 10 });
});

test("means of all connects and of all breaks", () => {
  const { entries } = timelineOfLinks(
    { tookMs: 10, downMs: null },
    { tookMs: 20, downMs: 1000 },
    { tookMs: 33, downMs: 2000 },
  );
  expect(stabilityOf(entries, 0)).toMatchObject({ reconnects: 2, meanConnectMs: 21, meanDownMs: 1500 });
});

test("live all the time without a loss is 100", () => {
  const { entries } = timelineOf(["live", 0]);
  expect(stabilityOf(entries, HOUR)).toMatchObject({ uptime: 1, lossesPerHour: 0, score: 100 });
});

test("connecting, reconnecting and failed count against it, switched off doesn't", () => {
  const { entries } = timelineOf(
    ["connecting", 0],
    ["live", 10],
    ["reconnecting", 40],
    ["failed", 50],
    ["stopping", 60],
    ["stopped", 70],
  );
  expect(stabilityOf(entries, 1000)).toMatchObject({ uptime: 0.5, score: 50 });
});

test("six losses an hour halve it", () => {
  const timeline = timelineOf(["live", 0]);
  for (let loss = 0; loss < 12; loss += 1) {
    timeline.add({ type: "link-lost", fault: fault("stale"), retryInMs: 0 }, loss);
  }
  expect(stabilityOf(timeline.entries, 2 * HOUR)).toMatchObject({
    uptime: 1,
    losses: 12,
    lossesPerHour: HALVING_LOSSES,
    score: 50,
  });
  expect(stabilityOf(timeline.entries, HOUR / 60).lossesPerHour).toBe(12);
});

test("a clock that was set back passes no time", () => {
  const { entries } = timelineOf(["live", 100], ["reconnecting", 50]);
  expect(stabilityOf(entries, 60)).toMatchObject({ uptime: 0 });
});
