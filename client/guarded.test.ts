import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";
import { guardClock } from "./guarded.ts";
import type { Clock } from "./options.ts";

const DAY_MS = 86_400_000;
const nobody = (reason: unknown) => expect.unreachable(String(reason));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([1, 24, 30, 365])("a timer of %i days fires once, when they have passed", async (days) => {
  const rung = vi.fn();
  guardClock(systemClock, nobody).after(days * DAY_MS, rung);
  await vi.advanceTimersByTimeAsync(days * DAY_MS - 1);
  expect(rung).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1 + 365 * DAY_MS);
  expect(rung).toHaveBeenCalledOnce();
});

test("an infinite timer never fires, and every timer can be cancelled at any time", async () => {
  const rung = vi.fn();
  const clock = guardClock(systemClock, nobody);
  const cancels = [clock.after(Number.POSITIVE_INFINITY, rung), clock.after(90 * DAY_MS, rung)];
  await vi.advanceTimersByTimeAsync(80 * DAY_MS);
  for (const cancel of cancels) cancel();
  expect(vi.getTimerCount()).toBe(0);
  expect(rung).not.toHaveBeenCalled();
});

test("if cancelling a timer throws, its callback isn't called, and the error is reported once", async () => {
  const failed = vi.fn();
  const rung = vi.fn();
  const broken: Clock = {
    now: systemClock.now,
    after(delayMs, callback) {
      systemClock.after(delayMs, callback);
      return () => {
        throw new Error("can't");
      };
    },
  };
  const clock = guardClock(broken, failed);
  for (const cancel of [clock.after(5, rung), clock.after(5, rung)]) cancel();
  await vi.advanceTimersByTimeAsync(10);
  expect(rung).not.toHaveBeenCalled();
  expect(failed).toHaveBeenCalledOnce();
});

test.each([Number.NaN, Number.NEGATIVE_INFINITY, undefined, "noon"])(
  "a clock that returns %s is replaced by the system clock, and reported once",
  (time) => {
    const failed = vi.fn();
    const { now } = guardClock({ ...systemClock, now: () => time as number }, failed);
    vi.setSystemTime(4000);
    expect([now(), now()]).toEqual([4000, 4000]);
    expect(failed).toHaveBeenCalledExactlyOnceWith(
      new RangeError(`now() returned ${time}: return epoch milliseconds`),
    );
  },
);
