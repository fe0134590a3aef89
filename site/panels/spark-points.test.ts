import { expect, test } from "vitest";
import { sparkPoints, trendPoints } from "./spark-points.ts";

test("spans the width, with the highest value at the top", () => {
  expect(sparkPoints([0, 4, 2], 100, 23)).toBe("0.0,21.5 50.0,1.5 100.0,11.5");
});

test("silence lies flat at the bottom", () => {
  expect(sparkPoints([0, 0], 10, 23)).toBe("0.0,21.5 10.0,21.5");
});

test("a trend fills its height over its own range, and is broken where nothing is known", () => {
  expect(trendPoints([20, 22, null, null, 21, 20], 50, 13)).toEqual([
    "0.0,11.5 10.0,1.5",
    "40.0,6.5 50.0,11.5",
  ]);
  expect(trendPoints([5, 5], 10, 13)).toEqual(["0.0,11.5 10.0,11.5"]);
  expect([trendPoints([], 10, 13), trendPoints([null, 1, null], 10, 13)]).toEqual([[], []]);
});
