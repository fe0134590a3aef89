import { expect, test } from "vitest";
import { trendPoints } from "./trend-points.ts";

test("a trend fills its height over its own range, and is broken where nothing is known", () => {
  expect(trendPoints([20, 22, null, null, 21, 20], 50, 13)).toEqual([
    "0.0,11.5 10.0,1.5",
    "40.0,6.5 50.0,11.5",
  ]);
  expect(trendPoints([5, 5], 10, 13)).toEqual(["0.0,11.5 10.0,11.5"]);
  expect([trendPoints([], 10, 13), trendPoints([null, 1, null], 10, 13)]).toEqual([[], []]);
});
