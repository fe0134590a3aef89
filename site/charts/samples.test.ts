import { expect, test } from "vitest";
import { Samples } from "./samples.ts";

test("returns the series for a chart, oldest first, and drops the oldest", () => {
  const samples = new Samples(2);
  expect(samples.series).toEqual([[], []]);
  samples.note(1000, 5);
  samples.note(2000, null);
  samples.note(3000, 7);
  expect(samples.series).toEqual([
    [2, 3],
    [null, 7],
  ]);
});

test("times still ascend after the clock was set back", () => {
  const samples = new Samples();
  for (const atMs of [1000, 2000, 3_600_000, 3_601_000, 2000, 3000]) samples.note(atMs, atMs);
  expect(samples.series).toEqual([
    [1, 2, 3],
    [1000, 2000, 3000],
  ]);
});
