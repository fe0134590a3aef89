import { expect, test } from "vitest";
import { linePoints } from "./line-points.ts";

test("a line fills the height with its own range, and is broken at unknown values", () => {
  expect(linePoints([20, 22, null, null, 21, 20], 50, 13)).toEqual([
    "0.0,11.5 10.0,1.5",
    "40.0,6.5 50.0,11.5",
  ]);
  expect(linePoints([5, 5], 10, 13)).toEqual(["0.0,11.5 10.0,11.5"]);
  expect([linePoints([], 10, 13), linePoints([null, 1, null], 10, 13)]).toEqual([[], []]);
});

test("with a given range, zeros lie at the bottom and the maximum at the top", () => {
  expect(linePoints([0, 4, 2], 100, 23, { least: 0, most: 4 })).toEqual(["0.0,21.5 50.0,1.5 100.0,11.5"]);
  expect(linePoints([0, 0], 10, 23, { least: 0, most: 1 })).toEqual(["0.0,21.5 10.0,21.5"]);
});
