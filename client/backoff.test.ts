import fc from "fast-check";
import { expect, test } from "vitest";
import { delayBoundMs, delayFloorMs, delayMs } from "./backoff.ts";
import { DEFAULT_TUNABLES } from "./options.ts";

const options = DEFAULT_TUNABLES.reconnect;

test("the bound starts at the base, grows by the factor and stays under the cap", () => {
  const bounds = [1, 2, 3, 8, 9, 1000].map((attempt) => Math.round(delayBoundMs(attempt, options)));
  expect(bounds).toEqual([1000, 1350, 1823, 8172, 11_032, 20_000]);
});

test("every delay lies between its floor and its bound, and the whole range is used", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (attempt, random) => {
        const delay = delayMs(attempt, options, random);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(delayFloorMs(attempt, options)));
        expect(delay).toBeLessThanOrEqual(Math.ceil(delayBoundMs(attempt, options)));
      },
    ),
  );
  expect([0, 0.5, 1].map((random) => delayMs(1, options, random))).toEqual([0, 500, 1000]);
  expect([0, 0.5, 1].map((random) => delayMs(2, options, random))).toEqual([675, 1013, 1350]);
});
