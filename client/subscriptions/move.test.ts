import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Interest } from "./interest.ts";
import type { LinkSubscriptions } from "./link-subscriptions.ts";
import { Move } from "./move.ts";
import { Overlap } from "./overlap.ts";

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
  }) as unknown as LinkSubscriptions;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([0, 60_000, 3_600_000])(
  "the overlap isn't prolonged when the wall clock is set back %i ms meanwhile",
  async (byMs) => {
    const overlap = new Overlap({ switchedAtMs: null });
    vi.spyOn(overlap, "hasUnmatched").mockReturnValue(true);
    const isSafe = vi.fn();
    const interests = [{ overlap } as Interest];
    void new Move(quickLink(), quickLink(), clock).untilSafe(() => interests).then(isSafe);
    await vi.advanceTimersByTimeAsync(2000);
    expect(isSafe).not.toHaveBeenCalled();
    vi.setSystemTime(Date.now() - byMs);
    await vi.advanceTimersByTimeAsync(5000);
    expect(isSafe).toHaveBeenCalledOnce();
  },
);
