import { expect, test } from "vitest";
import { formatsFor } from "../i18n/format.ts";
import { barsOf, observedSince } from "./edge-status.tsx";

const MINUTE_MS = 60_000;
/** Long before this machine's time: the edge has another clock. */
const NOW_MS = 1000 * 24 * 60 * MINUTE_MS;

type Buckets = Parameters<typeof barsOf>[0]["day"];
const bucket = (agoMinutes: number, pass: number, fail: number, warn = 0) => ({
  startMs: NOW_MS - agoMinutes * MINUTE_MS,
  pass,
  warn,
  fail,
});
const barsAt = (buckets: Buckets) =>
  barsOf({ observation: { observedAtMs: NOW_MS - 1 }, day: buckets, quarter: buckets }, "day");
/** The outcomes other than `none`, by how many minutes ago they began. */
const outcomes = (buckets: Buckets) =>
  barsAt(buckets)
    .filter(({ outcome }) => outcome !== "none")
    .map(({ fromMs, outcome }) => [(NOW_MS - fromMs) / MINUTE_MS, outcome]);

test("without observations no outcome is claimed", () => {
  const bars = barsAt([]);
  expect([bars.length, bars[0]?.fromMs, bars.at(-1)?.fromMs]).toEqual([
    48,
    NOW_MS - 24 * 60 * MINUTE_MS,
    NOW_MS - 30 * MINUTE_MS,
  ]);
  expect(bars.every(({ outcome }) => outcome === "none")).toBe(true);
});

test("each bar sums up its span; a warning counts as reached", () => {
  const buckets = [bucket(120, 1, 0), bucket(100, 0, 1), bucket(90, 0, 2), bucket(31, 0, 0, 1)];
  expect(outcomes(buckets)).toEqual([
    [120, "mixed"],
    [90, "bad"],
    [60, "good"],
  ]);
});

test("buckets outside the spans are left out", () => {
  expect(outcomes([bucket(24 * 60 + 1, 0, 1), bucket(0, 0, 1)])).toEqual([]);
});

test("the edge's latest bucket is in the last bar, whatever this machine's clock says", () => {
  const now = { startMs: NOW_MS, pass: 1, warn: 0, fail: 0 };
  const past = { observation: { observedAtMs: NOW_MS }, day: [now], quarter: [now] };
  for (const span of ["day", "quarter"] as const) expect(barsOf(past, span).at(-1)?.outcome).toBe("good");
});

test("the start of the 90 days is shown as a date without a time", () => {
  const past = { observation: { observedAtMs: NOW_MS }, day: [bucket(60, 1, 0)], quarter: [bucket(0, 1, 0)] };
  const since = (of: "day" | "quarter") => observedSince(past, of, formatsFor("en"));
  expect([since("quarter"), observedSince({ ...past, quarter: [] }, "quarter", formatsFor("en"))]).toEqual([
    "Sep 27",
    null,
  ]);
  expect(since("day")).toMatch(/^Sep 2[67], \d\d:\d\d$/);
});
