import fc from "fast-check";
import { expect, test } from "vitest";
import { delayBoundMs, delayFloorMs, delayMs, slowDelayMs } from "./backoff.ts";
import { DEFAULT_TUNABLES } from "./options.ts";

const options = DEFAULT_TUNABLES.reconnect;

test("the bound starts at baseDelayMs and grows by the factor, up to 3 s", () => {
  const bounds = [1, 2, 3, 8, 9, 1000].map((attempt) => Math.round(delayBoundMs(attempt, 0, options)));
  expect(bounds).toEqual([1000, 1200, 1440, 3000, 3000, 3000]);
});

test("above 3 s the bound is a thirtieth of the outage, up to maxDelayMs", () => {
  const bounds = [90_000, 120_000, 300_000, 3_600_000].map((downMs) => delayBoundMs(99, downMs, options));
  expect(bounds).toEqual([3000, 4000, 10_000, 20_000]);
});

test("a baseDelayMs above 3 s is used as it is, and a maxDelayMs below 3 s too", () => {
  expect(delayBoundMs(5, 0, { ...options, baseDelayMs: 9000 })).toBe(9000);
  expect(delayBoundMs(5, 0, { ...options, maxDelayMs: 500 })).toBe(500);
});

test("slow attempts are 30 to 60 s apart", () => {
  expect([0, 0.5, 1].map(slowDelayMs)).toEqual([30_000, 45_000, 60_000]);
});

test("every delay lies between its floor and its bound, and the whole range is used", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (attempt, downMs, random) => {
        const delay = delayMs(attempt, downMs, options, random);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(delayFloorMs(attempt, downMs, options)));
        expect(delay).toBeLessThanOrEqual(Math.ceil(delayBoundMs(attempt, downMs, options)));
      },
    ),
  );
  expect([0, 0.5, 1].map((random) => delayMs(1, 0, options, random))).toEqual([0, 500, 1000]);
  expect([0, 0.5, 1].map((random) => delayMs(2, 0, options, random))).toEqual([900, 1050, 1200]);
});
