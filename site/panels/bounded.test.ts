import { expect, test } from "vitest";
import { Bounded } from "./bounded.ts";

function boundedOf(things: readonly number[], capacity = 10): Bounded<number> {
  const bounded = new Bounded<number>(capacity, 100, (weight) => weight);
  for (const thing of things) bounded.add(thing);
  return bounded;
}

test("keeps the newest, newest first", () => {
  const bounded = boundedOf([1, 2, 3, 4, 5], 3);
  expect(bounded.newestFirst()).toEqual([5, 4, 3]);
  expect(bounded.size).toBe(3);
});

test("inserts a thing before the newer ones, and still drops the oldest first", () => {
  const bounded = boundedOf([1, 5, 6], 3);
  bounded.add(2, (newer) => newer > 2);
  expect(bounded.newestFirst()).toEqual([6, 5, 2]);
});

test("drops as many of the oldest as a heavy new thing needs", () => {
  const bounded = boundedOf([40, 30, 20, 60]);
  expect(bounded.newestFirst()).toEqual([60, 20]);
  bounded.add(20);
  expect(bounded.newestFirst()).toEqual([20, 60, 20]);
});

test("keeps the newest even if it alone exceeds the greatest weight", () => {
  expect(boundedOf([50, 500]).newestFirst()).toEqual([500]);
});
