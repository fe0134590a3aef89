import { expect, onTestFinished, test, vi } from "vitest";
import { Pace } from "./pace.ts";

test("is unknown before the second event", () => {
  const pace = new Pace();
  expect([pace.lastAtMs, pace.usualMs]).toEqual([null, null]);
  pace.note(1000);
  expect([pace.lastAtMs, pace.usualMs]).toEqual([1000, null]);
  expect(pace.isStale(1_000_000)).toBe(false);
});

test("follows the interval between events", () => {
  const pace = new Pace();
  for (let atMs = 0; atMs <= 100_000; atMs += 1000) pace.note(atMs);
  expect(pace.usualMs).toBe(1000);
  for (let event = 1; event <= 60; event += 1) pace.note(100_000 + event * 3000);
  expect(pace.usualMs).toBeGreaterThan(2900);
});

test("is stale after five usual intervals, and never within ten seconds", () => {
  const slow = new Pace();
  for (const atMs of [0, 60_000, 120_000]) slow.note(atMs);
  expect([slow.isStale(120_000 + 299_000), slow.isStale(120_000 + 301_000)]).toEqual([false, true]);
  const fast = new Pace();
  for (const atMs of [0, 10, 20]) fast.note(atMs);
  expect([fast.isStale(9000), fast.isStale(11_000)]).toEqual([false, true]);
});

test("when the clock is set back an hour, the age of the last event and the pace stay true", () => {
  vi.useFakeTimers({ now: 4_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const pace = new Pace();
  const note = () => pace.note(Date.now());
  const agoMs = () => Date.now() - (pace.lastAtMs ?? 0);
  note();
  vi.advanceTimersByTime(1000);
  note();
  vi.advanceTimersByTime(5000);
  vi.setSystemTime(Date.now() - 3_600_000);
  expect([agoMs(), pace.isStale(Date.now())]).toEqual([5000, false]);
  vi.advanceTimersByTime(6000);
  expect([agoMs(), pace.isStale(Date.now())]).toEqual([11_000, true]);
  note();
  expect([agoMs(), pace.usualMs]).toEqual([0, 2000]);
});
