import { expect, onTestFinished, test, vi } from "vitest";
import { RateMeter } from "./rate.ts";

const START = 1_000_000_000_000;

function count(meter: RateMeter, nowMs: number, howMany: number): void {
  for (let one = 0; one < howMany; one += 1) meter.count(nowMs);
}

test("tells the count of the last whole second, not of the running one", () => {
  const meter = new RateMeter(60);
  for (let ms = 0; ms < 1000; ms += 100) meter.count(START + ms);
  count(meter, START + 1000, 3);
  expect(meter.perSecond(START + 1500)).toBe(10);
  expect(meter.perSecond(START + 2500)).toBe(3);
  expect(meter.perSecond(START + 3500)).toBe(0);
});

test("keeps the seconds of its span and forgets those before", () => {
  const meter = new RateMeter(4);
  count(meter, START, 1);
  count(meter, START + 1000, 2);
  count(meter, START + 2000, 3);
  expect(meter.history(START + 3000)).toEqual([1, 2, 3]);
  expect(meter.history(START + 5000)).toEqual([3, 0, 0]);
  expect(meter.history(START + 3_600_000)).toEqual([0, 0, 0]);
});

test("a wall clock that is put right loses nothing", () => {
  const meter = new RateMeter(4);
  count(meter, START + 1000, 2);
  count(meter, START - 3000, 1);
  expect(meter.perSecond(START + 2000)).toBe(3);
});

test("one that is set back an hour isn't waited for, and nothing before it is lost or comes again", () => {
  vi.useFakeTimers({ now: START - 1000 });
  onTestFinished(() => void vi.useRealTimers());
  const [meter, quiet] = [new RateMeter(4), new RateMeter(4)];
  for (const counted of [meter, quiet]) count(counted, START - 1000, 3);
  vi.advanceTimersByTime(1000);
  count(meter, START, 2);
  vi.advanceTimersByTime(1000);
  const back = START - 3_600_000;
  vi.setSystemTime(back);
  // What came before the clock was set back came before it all the same.
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

test("who reads by a clock that stands still takes nothing away", () => {
  const meter = new RateMeter(61);
  count(meter, START, 1);
  for (let second = 20; second < 40; second += 1) count(meter, START + 1000 * second, 2);
  expect(meter.perSecond(START + 1000)).toBe(1);
  expect(meter.perSecond(START + 40_000)).toBe(2);
  expect(meter.history(START + 40_000).slice(-20)).toEqual(new Array(20).fill(2));
});
