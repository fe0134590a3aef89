import { expect, test } from "vitest";
import { newestOf, tickSteps, timeRange, valueRange } from "./chart-range.ts";

test("a minute is shown at least, and all that is known", () => {
  expect(timeRange(100, 110)).toEqual([50, 110]);
  expect(timeRange(100, 1000)).toEqual([100, 1000]);
  expect(timeRange(null, null)).toEqual([-60, 0]);
});

test("the values fit, with some room, and 0 where it belongs into the picture", () => {
  expect(valueRange(4, 8, true)).toEqual([0, 8.8]);
  expect(valueRange(20, 30, false)).toEqual([19, 31]);
  expect(valueRange(-10, 10, true)).toEqual([-12, 12]);
  expect(valueRange(0, 0, true)).toEqual([0, 1]);
  expect(valueRange(7, 7, false)).toEqual([6, 8]);
  expect(valueRange(null, null, true)).toEqual([0, 1]);
});

test("a threshold that is near is in the picture, one that is far away isn't", () => {
  expect(valueRange(0, 80, true, [100])).toEqual([0, 110]);
  expect(valueRange(0, 80, true, [1000])).toEqual([0, 88]);
});

test("ticks are even figures", () => {
  const steps = tickSteps();
  expect(steps).toContain(2);
  expect(steps).toContain(0.05);
  expect(steps).not.toContain(2.5);
});

test("the newest values, and none before the first", () => {
  expect(newestOf([[1, 2, 3], [4, null, 6], []])).toEqual([2, 2, null]);
  expect(newestOf([[], []])).toEqual([null, null]);
});
