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

/** Lets `count` messages come. */
function receive(everyMs: number, count = 200): void {
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
])("with a message every %i ms, a silence of %i ms is too long", (everyMs, limitMs) => {
  receive(everyMs);
  expect([limitMs - 1, limitMs].map(isTooLongAfter)).toEqual([false, true]);
});

test.each([1001, 5000, 60_000])("with a message every %i ms, no silence is too long", (everyMs) => {
  receive(everyMs);
  expect(isTooLongAfter(100_000_000)).toBe(false);
});

test("before the second message no silence is too long", () => {
  expect(isTooLongAfter(100_000)).toBe(false);
  watch.onMessage();
  expect(isTooLongAfter(100_000)).toBe(false);
});

test("a clock that is set back neither adds a pause nor prolongs the wait", () => {
  receive(500);
  nowMs -= 500_000;
  expect(isTooLongAfter(0)).toBe(false);
  expect([2999, 3000].map(isTooLongAfter)).toEqual([false, true]);
  nowMs -= 200_000;
  // Counts as a pause of 0 ms.
  watch.onMessage();
  expect([2699, 2700].map(isTooLongAfter)).toEqual([false, true]);
});

test("the timer is set to whole milliseconds, even if the average pause isn't whole", () => {
  for (const pauseMs of [0, 333, 667, 777, 224, 899, 433]) {
    nowMs += pauseMs;
    watch.onMessage();
    watch.end();
  }
  expect(waits).toHaveLength(6);
  expect(waits.every(Number.isInteger)).toBe(true);
});
