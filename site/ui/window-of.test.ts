import { expect, test } from "vitest";
import { windowOf } from "./window-of.ts";

test("a short list is laid out whole", () => {
  expect(windowOf(3, 36, 0, 400)).toEqual({ first: 0, end: 3 });
});

test("of a long list only what is seen, and a few around it", () => {
  expect(windowOf(1000, 36, 0, 360)).toEqual({ first: 0, end: 15 });
  expect(windowOf(1000, 36, 3600, 360)).toEqual({ first: 96, end: 115 });
});

test("a list that became shorter than its scroll shows its end", () => {
  const { first, end } = windowOf(20, 36, 30_000, 360);
  expect(end).toBe(20);
  expect(first).toBeLessThan(10);
});

test("an empty list has nothing to lay out", () => {
  expect(windowOf(0, 36, 0, 360)).toEqual({ first: 0, end: 0 });
});
