import { beforeEach, expect, test } from "vitest";
import { SilenceWatch } from "./silence.ts";

let nowMs: number;
let waits: number[];
let watch: SilenceWatch;
beforeEach(() => {
  nowMs = 1_000_000;
  waits = [];
  const after = (delayMs: number) => {
    waits.push(delayMs);
    return () => {};
  };
  watch = new SilenceWatch({ now: () => nowMs, after }, () => {});
});

/** Something comes `count` times. */
function come(everyMs: number, count = 200): void {
  for (let index = 0; index < count; index += 1) {
    if (index > 0) nowMs += everyMs;
    watch.onMessage();
  }
}

function isTooLongAfter(silenceMs: number): boolean {
  nowMs += silenceMs;
  const { isTooLong } = watch;
  nowMs -= silenceMs;
  return isTooLong;
}

test.each([
  [100, 2000],
  [1, 2000],
  [500, 3000],
  [1000, 6000],
])("something every %i ms: %i ms of silence are too long", (everyMs, limitMs) => {
  come(everyMs);
  expect([limitMs - 1, limitMs].map(isTooLongAfter)).toEqual([false, true]);
});

test.each([1001, 5000, 60_000])("something every %i ms is no pace to go by", (everyMs) => {
  come(everyMs);
  expect(isTooLongAfter(100_000_000)).toBe(false);
});

test("nothing yet, or one thing, is no pace either", () => {
  expect(isTooLongAfter(100_000)).toBe(false);
  watch.onMessage();
  expect(isTooLongAfter(100_000)).toBe(false);
});

test("a clock set back shows no pause, and silence isn't waited for because of it", () => {
  come(500);
  nowMs -= 500_000;
  expect(isTooLongAfter(0)).toBe(false);
  expect([2999, 3000].map(isTooLongAfter)).toEqual([false, true]);
  nowMs -= 200_000;
  // As if it had come at once.
  watch.onMessage();
  expect([2699, 2700].map(isTooLongAfter)).toEqual([false, true]);
});

test("whole milliseconds are waited for, however odd the pauses are", () => {
  for (const pauseMs of [0, 333, 667, 777, 224, 899, 433]) {
    nowMs += pauseMs;
    watch.onMessage();
    watch.end();
  }
  expect(waits).toHaveLength(6);
  expect(waits.every(Number.isInteger)).toBe(true);
});
