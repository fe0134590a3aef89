import { expect, test } from "vitest";
import { formatsFor } from "../i18n/format.ts";
import { axisWidth, newestOf, TICK_STEPS, tickOf, timeRange, valueRange } from "./chart-range.ts";

test("shows all known times, and at least a minute", () => {
  expect(timeRange(100, 110)).toEqual([50, 110]);
  expect(timeRange(100, 1000)).toEqual([100, 1000]);
  expect(timeRange(null, null)).toEqual([-60, 0]);
});

test("the range holds all values with some room, and 0 if wanted", () => {
  expect(valueRange(4, 8, true)).toEqual([0, 8.8]);
  expect(valueRange(20, 30, false)).toEqual([19, 31]);
  expect(valueRange(-10, 10, true)).toEqual([-12, 12]);
  expect(valueRange(0, 0, true)).toEqual([0, 1]);
  expect(valueRange(7, 7, false)).toEqual([6, 8]);
  expect(valueRange(null, null, true)).toEqual([0, 1]);
});

test("the range includes a near threshold, but not a distant one", () => {
  expect(valueRange(0, 80, true, [100])).toEqual([0, 110]);
  expect(valueRange(0, 80, true, [1000])).toEqual([0, 88]);
});

test("ticks are round numbers", () => {
  expect(TICK_STEPS).toContain(2);
  expect(TICK_STEPS).toContain(0.05);
  expect(TICK_STEPS).not.toContain(2.5);
});

test.each([
  [1e17, 3e17],
  [1e18, 9e18],
  [-1e18, -1e18],
  [1234567890123456800, 1234567890123456800],
  [2 ** 53, 2 ** 53 + 2],
  [1e15 + 0.1, 1e15 + 0.2],
  [1e-12, 2e-12],
  [1e300, 2e300],
  [7, 7],
  [0, 0],
])("between %d and %d there are ticks, all of them different", (least, most) => {
  for (const fromZero of [false, true]) {
    for (const height of [100, 2000]) {
      const [low, high] = valueRange(least, most, fromZero);
      // Like uPlot: at most one tick per 30 pixels.
      const step = TICK_STEPS.find((one) => one >= ((high - low) * 30) / height) ?? 0;
      expect(step).toBeGreaterThan(0);
      expect(step).toBeLessThanOrEqual(high - low);
      for (const at of [low, high]) expect([at + step > at, at - step < at]).toEqual([true, true]);
    }
  }
});

test("an axis is as wide as its longest tick", () => {
  expect(axisWidth([])).toBe(64);
  expect(axisWidth(["0", "1,000"])).toBe(64);
  expect(axisWidth(["0", "1,000,000,000,000,000,000"])).toBeGreaterThan(170);
});

test("a very long tick is cut at its end, so that it doesn't fill the chart", () => {
  const { bytes } = formatsFor("en");
  for (const most of [3.4e38, Number.MAX_VALUE]) {
    const ticks = [most, most / 2].map(bytes).map(tickOf);
    expect(axisWidth(ticks)).toBeLessThan(200);
    expect(bytes(most).startsWith(ticks[0]?.slice(0, -1) ?? "nothing")).toBe(true);
  }
  expect(tickOf("1,000,000,000,000,000,000")).toBe("1,000,000,000,000,000,000");
});

test("the newest values have the last index; without values there is none", () => {
  expect(newestOf([[1, 2, 3], [4, null, 6], []])).toEqual([2, 2, null]);
  expect(newestOf([[], []])).toEqual([null, null]);
});
