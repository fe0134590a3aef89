import { expect, onTestFinished, test, vi } from "vitest";
import { RateMeter } from "./rate.ts";

const START = 1_000_000_000_000;

function count(meter: RateMeter, nowMs: number, howMany: number): void {
  for (let one = 0; one < howMany; one += 1) meter.count(nowMs);
}

test("returns the count of the last whole second, not of the current one", () => {
  const meter = new RateMeter(60);
  for (let ms = 0; ms < 1000; ms += 100) meter.count(START + ms);
  count(meter, START + 1000, 3);
  expect(meter.perSecond(START + 1500)).toBe(10);
  expect(meter.perSecond(START + 2500)).toBe(3);
  expect(meter.perSecond(START + 3500)).toBe(0);
});

test("keeps the last seconds and forgets earlier ones", () => {
  const meter = new RateMeter(4);
  count(meter, START, 1);
  count(meter, START + 1000, 2);
  count(meter, START + 2000, 3);
  expect(meter.history(START + 3000)).toEqual([1, 2, 3]);
  expect(meter.history(START + 5000)).toEqual([3, 0, 0]);
  expect(meter.history(START + 3_600_000)).toEqual([0, 0, 0]);
});

test("a small correction of the wall clock loses no counts", () => {
  const meter = new RateMeter(4);
  count(meter, START + 1000, 2);
  count(meter, START - 3000, 1);
  expect(meter.perSecond(START + 2000)).toBe(3);
});

test("after the clock is set back an hour, counting goes on, and earlier counts are neither lost nor repeated", () => {
  vi.useFakeTimers({ now: START - 1000 });
  onTestFinished(() => void vi.useRealTimers());
  const [meter, quiet] = [new RateMeter(4), new RateMeter(4)];
  for (const counted of [meter, quiet]) count(counted, START - 1000, 3);
  vi.advanceTimersByTime(1000);
  count(meter, START, 2);
  vi.advanceTimersByTime(1000);
  const back = START - 3_600_000;
  vi.setSystemTime(back);
  // Counts from before the change stay in the past.
  expect(quiet.history(back)).toEqual([0, 3, 0]);
  count(meter, back, 5);
  vi.advanceTimersByTime(1000);
  expect(meter.perSecond(back + 1000)).toBe(5);
  expect(meter.perSecond(back + 2000)).toBe(0);
  expect(meter.history(back + 1000)).toEqual([3, 2, 5]);
  expect(quiet.history(back + 1000)).toEqual([3, 0, 0]);
  vi.advanceTimersByTime(START - back);
  expect(quiet.history(START + 1000)).toEqual([0, 0, 0]);
});

test("reading with a clock that stands still deletes no counts", () => {
  const meter = new RateMeter(61);
  count(meter, START, 1);
  for (let second = 20; second < 40; second += 1) count(meter, START + 1000 * second, 2);
  expect(meter.perSecond(START + 1000)).toBe(1);
  expect(meter.perSecond(START + 40_000)).toBe(2);
  expect(meter.history(START + 40_000).slice(-20)).toEqual(new Array(20).fill(2));
});
