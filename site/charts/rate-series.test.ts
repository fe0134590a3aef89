import { expect, test } from "vitest";
import { rateSeries } from "./rate-series.ts";

test("the newest rate is that of the last whole second", () => {
  expect(
    rateSeries(
      [
        [1, 2],
        [3, 4],
      ],
      10_500,
    ),
  ).toEqual([
    [8, 9],
    [1, 2],
    [3, 4],
  ]);
});

test("no feed, no line", () => {
  expect(rateSeries([], 10_500)).toEqual([[]]);
});
