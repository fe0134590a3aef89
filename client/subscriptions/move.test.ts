import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Move } from "./move.ts";
import type { OnLink } from "./on-link.ts";
import { Overlap } from "./overlap.ts";
import type { Interest } from "./wanted.ts";

const clock = {
  now: () => Date.now(),
  after: (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
const quickLink = () =>
  ({
    link: { flush: async () => {}, rttMs: 1, gone: new Promise(() => {}) },
    subscriptions: new Map(),
    has: () => true,
  }) as unknown as OnLink;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([0, 60_000, 3_600_000])(
  "a second link that brings less is waited for no longer where the clock is set back %i ms meanwhile",
  async (byMs) => {
    const overlap = new Overlap({ tookOverAtMs: null });
    vi.spyOn(overlap, "hasUnmatched").mockReturnValue(true);
    const isSafe = vi.fn();
    const interests = [{ overlap } as Interest];
    void new Move(quickLink(), quickLink(), clock).isSafe(() => interests).then(isSafe);
    await vi.advanceTimersByTimeAsync(2000);
    expect(isSafe).not.toHaveBeenCalled();
    vi.setSystemTime(Date.now() - byMs);
    await vi.advanceTimersByTimeAsync(5000);
    expect(isSafe).toHaveBeenCalledOnce();
  },
);
