import fc from "fast-check";
import { expect, test } from "vitest";
import { ticksOf } from "./ticks.ts";

test.each([
  [0, 8, 4, [0, 2, 4, 6, 8]],
  [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
  [19.2, 22.7, 4, [19, 20, 21, 22, 23]],
  [0, 9_500, 5, [0, 2000, 4000, 6000, 8000, 10_000]],
  [-5, 5, 4, [-5, 0, 5]],
  [20, 20, 4, [20, 25]],
  [0, 0, 4, [0, 0.5]],
  [1e-7, 3e-7, 2, [1e-7, 2e-7, 3e-7]],
])("from %d to %d in %d steps", (least, greatest, most, ticks) => {
  expect(ticksOf(least, greatest, most)).toEqual(ticks);
});

test("counts have whole figures only", () => {
  expect(ticksOf(0, 1, 4, true)).toEqual([0, 1]);
  expect(ticksOf(0, 3, 4, true)).toEqual([0, 1, 2, 3]);
});

test("whatever the range, the ticks hold it, are few, and are evenly apart", () => {
  const figure = fc.double({ min: -1e12, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(figure, figure, fc.integer({ min: 1, max: 10 }), (one, other, most) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      fc.pre(high - low === 0 || high - low > Math.abs(high) * 1e-9);
      const ticks = ticksOf(one, other, most);
      const slack = Math.abs(high - low) * 1e-6 + Math.abs(high) * 1e-9;
      expect(ticks[0]).toBeLessThanOrEqual(low + slack);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(high - slack);
      expect(ticks.length).toBeLessThanOrEqual(most + 3);
      expect(new Set(ticks).size).toBe(ticks.length);
    }),
  );
});
