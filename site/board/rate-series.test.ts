import { describe, expect, test } from "vitest";
import { RateMeter } from "../panels/rate.ts";
import type { SubjectRate } from "../panels/subject-rates.ts";
import { busiest, rateSeries } from "./rate-series.ts";

test("the newest rate is that of the last whole second", () => {
  expect(
    rateSeries(
      [
        [1, 2],
        [3, 4],
      ],
      10_500,
      [{ fromMs: 0, toMs: null }],
    ),
  ).toEqual([
    [8, 9],
    [1, 2],
    [3, 4],
  ]);
});

test("seconds before the page was live, and while it wasn't, are blank instead of 0", () => {
  const history = [[9, 9, 1, 0, 9, 9, 4]];
  const live = [
    { fromMs: 5500, toMs: 6900 },
    { fromMs: 9100, toMs: null },
  ];
  expect(rateSeries(history, 10_500, live)).toEqual([
    [5, 6, 7, 8, 9],
    [1, 0, null, null, 4],
  ]);
  expect(rateSeries(history, 10_500, [])).toEqual([[], []]);
});

test("without feeds there are no lines", () => {
  expect(rateSeries([], 10_500, [])).toEqual([[]]);
});

describe("the busiest subjects", () => {
  const SECOND = 1_000_000_000;
  const NOW_MS = SECOND * 1000;
  /** A subject with `count` messages in the last second. */
  const rateOf = (subject: string | null, count: number) => {
    const rate = new RateMeter(3);
    for (let one = 0; one < count; one += 1) rate.count(NOW_MS - 1000);
    return { subject, rate };
  };
  const linesOf = (...rates: SubjectRate[]) =>
    busiest(rates, NOW_MS).map(({ subject, history }) => [subject, history.at(-1)]);

  test("are those with the most messages, in the order of the feeds", () => {
    const many = Array.from({ length: 10 }, (_, index) => rateOf(`s${index}`, index));
    expect(linesOf(...many)).toEqual([
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((index) => [`s${index}`, index]),
      [null, 1],
    ]);
  });

  test("a subject of several feeds is one line; messages without a remembered subject are added to the rest", () => {
    expect(linesOf(rateOf("a", 1), rateOf(null, 5), rateOf("a", 1), rateOf(null, 6))).toEqual([
      ["a", 1],
      [null, 11],
    ]);
  });
});
