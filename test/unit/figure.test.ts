import { describe, expect, test } from "vitest";
import { compared, median, single } from "../bench/figure.ts";

describe("a figure", () => {
  test("of alternating runs has both medians, their ratio, and the spread of our runs", () => {
    expect(compared("throughput", "msg/s", [100, 90, 110], [200, 210, 190], "plain")).toEqual({
      figure: "throughput",
      ours: 100,
      baseline: 200,
      ratio: 0.5,
      unit: "msg/s",
      baselineName: "plain",
      runs: 3,
      spread: 0.2,
    });
  });

  test("without a baseline has null for baseline and ratio", () => {
    expect(single("lost", 0, "count")).toMatchObject({ ours: 0, baseline: null, ratio: null, runs: 1 });
  });

  test.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ])("the median of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test("median refuses an empty list", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});
