import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

function paceOf(everyMs: number, count = 200): Pace {
  const pace = new Pace();
  for (let index = 0; index < count; index += 1) pace.note(index * everyMs);
  return pace;
}

test.each([
  [100, 2000],
  [1, 2000],
  [500, 3000],
  [1000, 6000],
])("something every %i ms: more than %i ms of silence is too long", (everyMs, limitMs) => {
  expect(paceOf(everyMs).limitMs).toBeCloseTo(limitMs);
});

test.each([1001, 5000, 60_000])("something every %i ms is no pace to go by", (everyMs) => {
  expect(paceOf(everyMs).limitMs).toBeNull();
});

test("nothing yet, or one thing, is no pace either", () => {
  expect(new Pace().limitMs).toBeNull();
  expect(paceOf(1, 1).limitMs).toBeNull();
  expect(new Pace().silenceMs(5)).toBe(0);
});

test("silence is measured from the last that came, and a clock set back shows no pause", () => {
  const pace = paceOf(100);
  expect(pace.silenceMs(199 * 100 + 7)).toBe(7);
  pace.note(0);
  expect(pace.limitMs).toBe(2000);
});

test("silence isn't waited for where the clock was set back", () => {
  const pace = new Pace();
  pace.note(10_000_000);
  expect(pace.silenceMs(6_400_000)).toBe(0);
  expect(pace.silenceMs(6_402_500)).toBe(2500);
});

test("the limit is a whole number of milliseconds, however odd the pauses are", () => {
  const pace = new Pace();
  for (const atMs of [0, 333, 1000, 1777, 2001, 2900, 3333]) pace.note(atMs);
  expect(Number.isInteger(pace.limitMs)).toBe(true);
});
