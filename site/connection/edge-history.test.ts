import { expect, test } from "vitest";
import { barsOf } from "./edge-history.ts";

const bucket = (startMs: number, pass: number, fail: number, warn = 0) => ({ startMs, pass, warn, fail });
const outcomes = (buckets: Parameters<typeof barsOf>[0]) =>
  barsOf(buckets, 4, 100, 1000).map(({ fromMs, outcome }) => [fromMs, outcome]);

test("nothing observed, nothing claimed", () => {
  expect(outcomes([])).toEqual([
    [600, "none"],
    [700, "none"],
    [800, "none"],
    [900, "none"],
  ]);
});

test("each bar sums its time up; a warning was reached", () => {
  const buckets = [bucket(600, 1, 0), bucket(650, 0, 1), bucket(700, 0, 2), bucket(899, 0, 0, 1)];
  expect(outcomes(buckets).map(([, outcome]) => outcome)).toEqual(["mixed", "bad", "good", "none"]);
});

test("what lies outside is left out", () => {
  expect(outcomes([bucket(599, 0, 1), bucket(1000, 0, 1)]).every(([, outcome]) => outcome === "none")).toBe(
    true,
  );
});
