import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { until, untilEqual } from "../support/tools/until.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The outcome of a wait after `ms` have passed. */
async function after(ms: number, wait: Promise<unknown>): Promise<unknown> {
  const outcome = wait.catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(ms);
  return outcome;
}

test("resolves with the value as soon as it is truthy", async () => {
  let looks = 0;
  const third = () => {
    looks += 1;
    if (looks === 1) throw new Error("not yet");
    return looks === 3 && { looks };
  };
  expect(await after(100, until("the third look", third))).toEqual({ looks: 3 });
});

test("fails with the awaited thing's name and the last value", async () => {
  const late = "not within 1000 ms: an answer; last: 503";
  const refused = async () => {
    throw new Error("503");
  };
  expect(await after(2000, until("an answer", refused, 1000))).toBe(late);
  expect(
    await after(
      2000,
      untilEqual(async () => [1], [2], 1000),
    ),
  ).toBe("not within 1000 ms: [2]; last: false; last value: [1]");
});

test("fails at the deadline when a look never settles", async () => {
  const hangs = () => new Promise<boolean>(() => {});
  expect(await after(12_000, until("an answer", hangs, 1000))).toBe(
    "not within 1000 ms: an answer; last: the check didn't finish",
  );
});
