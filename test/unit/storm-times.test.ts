import { expect, test } from "vitest";
import { spread, timesOf } from "../storm/times.ts";

const kill = (atMs: number, server: number) =>
  ({ atMs, fault: { do: "kill", server, forMs: 1000 } }) as const;

test("attributes a break to the last fault of its server before it", () => {
  const done = [kill(1000, 0), kill(5000, 0), kill(5500, 1), kill(9000, 0)];
  expect(timesOf([{ server: 0, lostAtMs: 5700, liveAtMs: 6000 }], done)).toEqual({
    detectMs: [700],
    recoverMs: [300],
  });
});

test("omits the detection time of a break without a recent fault, and the recovery time of a break that lasts", () => {
  const done = [kill(1000, 1), { atMs: 50, fault: { do: "hand-over" } } as const, kill(200, 2)];
  const breaks = [
    { server: 0, lostAtMs: 2000, liveAtMs: 2100 },
    { server: null, lostAtMs: 3000, liveAtMs: null },
    { server: 2, lostAtMs: 40_000, liveAtMs: 40_500 },
  ];
  expect(timesOf(breaks, done)).toEqual({ detectMs: [], recoverMs: [100, 500] });
});

test("summarises times by median and maximum", () => {
  expect([spread([]), spread([5]), spread([9, 1, 5])]).toEqual([
    null,
    { p50: 5, max: 5 },
    { p50: 5, max: 9 },
  ]);
});
