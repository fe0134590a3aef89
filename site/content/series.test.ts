import fc from "fast-check";
import { expect, test } from "vitest";
import { NumberSeries } from "./series.ts";
import { eventOf } from "./testing.ts";
import { ExactNumber } from "./value.ts";

const S = 1000;
const noted = (
  payloads: readonly (readonly [second: number, payload: string])[],
  key: string | null = null,
  window = 900,
  texts: readonly string[] = [],
) => {
  const series = new NumberSeries(["t"], key, window, texts);
  for (const [second, payload] of payloads) series.note(eventOf(payload, { atMs: second * S }));
  return series;
};
const drawn = (series: NumberSeries, nowSecond: number) => series.aligned(series.lines, nowSecond * S);

test("begins with the first number, and has null, never 0, where a value is unknown", () => {
  const series = noted([
    [100, '{"t":1}'],
    [101, '{"t":2}'],
    [101.5, '{"t":3}'],
    [110, '{"t":0}'],
  ]);
  expect(drawn(series, 111)).toEqual([
    [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111],
    [1, 3, 3, 3, 3, 3, 3, null, null, null, 0, 0],
  ]);
});

test("numbers every ten seconds make one line without gaps, which ends when they stop", () => {
  const series = noted([0, 10, 20, 30].map((second) => [second, `{"t":${second}}`]));
  const [seconds, line = []] = drawn(series, 100);
  expect(seconds).toHaveLength(101);
  expect(line.slice(0, 31)).toEqual(Array.from({ length: 31 }, (_, second) => second - (second % 10)));
  expect(line[100]).toBeNull();
  expect(line.indexOf(null)).toBe(60);
});

test("numbers that came slowly make one line, also if they come fast now", () => {
  const fast = Array.from({ length: 20 }, (_, index) => 30 + index);
  const series = noted([0, 10, 20, ...fast].map((second) => [second, `{"t":${second}}`]));
  const [, line = []] = drawn(series, 49);
  expect(line).toHaveLength(50);
  expect(line).not.toContain(null);
});

test("each key has a line, in the order of their beginnings; events without a key have none", () => {
  const series = noted(
    [
      [1, '{"id":"b","t":1}'],
      [1, '{"id":"a","t":2}'],
      [1, '{"t":3}'],
      [2, '{"id":"b","t":4}'],
    ],
    "id",
  );
  expect(series.lines.map(({ key, latest, count }) => [key, latest.number, count])).toEqual([
    ["b", 4, 2],
    ["a", 2, 1],
  ]);
  expect(drawn(series, 11)).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    [1, 4, 4, 4, null, null, null, null, null, null, null],
    [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, null],
  ]);
});

test("the latest value is as written; values that are no number are skipped", () => {
  const series = noted([
    [1, '{"t":1.10}'],
    [2, '{"t":"7 of 9"}'],
    [3, '{"t":null}'],
    [4, "{}"],
    [5, '{"t":1e400}'],
  ]);
  expect(series.lines[0]?.latest).toEqual({ value: new ExactNumber("1.10"), number: 1.1, atMs: 1000 });
});

test("a number that is sent as text is drawn in a numeric column, and its latest value is as written", () => {
  const quotes = [
    [1, '{"t":"64999.90"}'],
    [2, '{"t":""}'],
    [3, '{"t":"65000.10"}'],
  ] as const;
  expect(noted(quotes).lines).toEqual([]);
  const series = noted(quotes, null, 900, ["t"]);
  expect(drawn(series, 3)).toEqual([
    [1, 2, 3],
    [64999.9, 64999.9, 65000.1],
  ]);
  expect(series.lines[0]?.latest.value).toBe("65000.10");
});

test("late history is inserted at its time, and doesn't become the latest", () => {
  const series = noted([
    [10, '{"t":10}'],
    [8, '{"t":8}'],
    [9, '{"t":9}'],
  ]);
  expect(drawn(series, 10)).toEqual([
    [8, 9, 10],
    [8, 9, 10],
  ]);
  expect(series.lines[0]?.latest.number).toBe(10);
});

test("the time of publication counts, and numbers older than the window are left out", () => {
  const series = new NumberSeries(["t"], null, 60);
  series.note(eventOf('{"t":1}', { atMs: 500 * S, publishedAtMs: 490 * S }));
  series.note(eventOf('{"t":2}', { atMs: 500 * S, publishedAtMs: 10 * S }));
  expect(series.aligned(series.lines, 490 * S)).toEqual([[490], [1]]);
});

test("without lines there is nothing to draw", () => {
  expect(drawn(noted([]), 5)).toEqual([[5]]);
});

test("5,000 keys make 200 lines, and the rest is reported as cut", () => {
  const keys = (count: number, second: number) =>
    Array.from({ length: count }, (_, index): [number, string] => [second, `{"id":${index},"t":1}`]);
  const series = noted(keys(5000, 1), "id", 60);
  expect([series.lines.length, series.isCut]).toEqual([200, true]);
  expect(noted(keys(200, 1), "id", 60).isCut).toBe(false);
  // The lines that stopped were dropped, so that there is room.
  series.note(eventOf('{"id":"new","t":1}', { atMs: 100 * S }));
  expect([series.lines.length, series.isCut]).toEqual([1, false]);
});

test("with many lines, those that ended before the window make room for new ones", () => {
  const keys = (from: number, second: number) =>
    Array.from({ length: 16 }, (_, index): [number, string] => [second, `{"id":${from + index},"t":1}`]);
  const series = noted([...keys(0, 1), ...keys(100, 61)], "id", 60);
  expect(series.lines.map(({ key }) => Number(key))).toEqual(
    Array.from({ length: 16 }, (_, index) => 100 + index),
  );
  const few = noted(
    [
      [1, '{"id":1,"t":1}'],
      [900, '{"id":2,"t":1}'],
    ],
    "id",
    60,
  );
  expect(few.lines).toHaveLength(2);
});

test("at any times, each number is in its second of the window", () => {
  const point = fc.tuple(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -9, max: 9 }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 1 }), (points) => {
      const series = noted(
        points.map(([second, number]) => [second, `{"t":${number}}`]),
        null,
        50,
      );
      const newest = Math.max(...points.map(([second]) => second));
      const [seconds, line = []] = series.aligned(series.lines, newest * S);
      expect(seconds.length).toBeLessThanOrEqual(50);
      const last = points.findLast(([second]) => second === newest)?.[1];
      expect(line.at(-1)).toBe(last);
      const came = new Set(points.map(([, number]) => number));
      for (const number of line) expect(number === null || came.has(number)).toBe(true);
    }),
  );
});

test("a number after a clock was set back is drawn at once, and is the latest", () => {
  const series = noted([
    [9999, '{"t":1}'],
    [10_000, '{"t":2}'],
  ]);
  series.note(eventOf('{"t":3}', { atMs: 6400 * S }), true);
  expect(series.lines.map(({ latest }) => latest.number)).toEqual([3]);
  expect(drawn(series, 6401)).toEqual([
    [6400, 6401],
    [3, 3],
  ]);
});

test("late history isn't taken for a clock that was set back", () => {
  const series = noted([
    [10_000, '{"t":2}'],
    [9900, '{"t":1}'],
  ]);
  expect(series.lines.map(({ latest }) => latest.number)).toEqual([2]);
});

test("a clock that is set back a little keeps earlier numbers", () => {
  const series = noted([
    [100, '{"t":1}'],
    [101, '{"t":2}'],
  ]);
  series.note(eventOf('{"t":3}', { atMs: 96 * S }), true);
  expect(drawn(series, 101)[1]?.slice(-2)).toEqual([1, 2]);
});

test("old seconds are null after the window has moved on, and the number of lines is bounded", () => {
  const points = [0, 10, 20, 30, 40, 50].map((second) => [second, `{"t":${second}}`] as const);
  const [, line = []] = drawn(noted(points, null, 60), 105);
  expect([...new Set(line)]).toEqual([50, null]);
  const many = Array.from({ length: 201 }, (_, id) => [1, `{"id":${id},"t":1}`] as const);
  expect(noted(many, "id")).toMatchObject({ isCut: true, lines: { length: 200 } });
});
