import { expect, test } from "vitest";
import { fault, type Status, Timeline } from "../../client/index.ts";
import { stabilityOf } from "./stability.ts";

const HOUR = 3_600_000;

function timelineOf(...statuses: readonly (readonly [Status, number])[]): Timeline {
  const timeline = new Timeline();
  for (const [status, atMs] of statuses) timeline.add({ type: "status", status }, atMs);
  return timeline;
}

test("before live data is wanted there is nothing to measure", () => {
  expect(stabilityOf([], 5)).toEqual({ uptime: null, lossesPerHour: 0, score: null });
});

test("live all the time without a loss is 100", () => {
  const { entries } = timelineOf(["live", 0]);
  expect(stabilityOf(entries, HOUR)).toEqual({ uptime: 1, lossesPerHour: 0, score: 100 });
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
  expect(stabilityOf(timeline.entries, 2 * HOUR)).toEqual({ uptime: 1, lossesPerHour: 6, score: 50 });
  expect(stabilityOf(timeline.entries, HOUR / 60).lossesPerHour).toBe(12);
});

test("a clock that was set back passes no time", () => {
  const { entries } = timelineOf(["live", 100], ["reconnecting", 50]);
  expect(stabilityOf(entries, 60)).toMatchObject({ uptime: 0 });
});
