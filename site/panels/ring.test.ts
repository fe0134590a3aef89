import { expect, test } from "vitest";
import { Ring } from "./ring.ts";

test("keeps the newest, newest first, and hands back what gave way", () => {
  const ring = new Ring<number>(3);
  expect([1, 2, 3, 4, 5].map((thing) => ring.push(thing))).toEqual([[], [], [], [1], [2]]);
  expect(ring.newestFirst()).toEqual([5, 4, 3]);
  expect(ring.newest).toBe(5);
  expect(ring.size).toBe(3);
});

test("an empty ring has no newest", () => {
  expect(new Ring<number>(2).newest).toBeUndefined();
});

test("gives up as many as a heavy newcomer needs", () => {
  const ring = new Ring<number>(10, 100, (weight) => weight);
  for (const weight of [40, 30, 20]) ring.push(weight);
  expect(ring.push(60)).toEqual([40, 30]);
  expect(ring.weight).toBe(80);
});

test("keeps the newest even if it alone weighs too much", () => {
  const ring = new Ring<number>(10, 100, (weight) => weight);
  ring.push(50);
  expect(ring.push(500)).toEqual([50]);
  expect(ring.newestFirst()).toEqual([500]);
});
