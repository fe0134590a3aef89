import { effect, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nowMs, startClock } from "./clock.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1000 });
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the time updates at each tick, and is current for anything rendered between two ticks", () => {
  startClock();
  vi.advanceTimersByTime(250);
  const next = signal(0);
  const left: number[] = [];
  effect(() => void left.push(next.value - nowMs()));
  vi.advanceTimersByTime(200);
  next.value = Date.now() + 3000;
  vi.advanceTimersByTime(50);
  expect(left).toEqual([-1250, 3000, 2950]);
});
