import { describe, expect, test } from "vitest";
import { keyTarget, nearest, windowOf } from "./window-of.ts";

test("a short list is rendered whole", () => {
  expect(windowOf(3, 36, 0, 400)).toEqual({ first: 0, end: 3 });
});

test("a long list renders only the visible rows and a few around them", () => {
  expect(windowOf(1000, 36, 0, 360)).toEqual({ first: 0, end: 15 });
  expect(windowOf(1000, 36, 3600, 360)).toEqual({ first: 96, end: 115 });
});

test("a list that became shorter than its scroll position shows its end", () => {
  const { first, end } = windowOf(20, 36, 30_000, 360);
  expect(end).toBe(20);
  expect(first).toBeLessThan(10);
});

test("an empty list renders nothing", () => {
  expect(windowOf(0, 36, 0, 360)).toEqual({ first: 0, end: 0 });
});

describe("keys", () => {
  /** Rows 3 and 4 are gaps. */
  const canOpen = (index: number) => index !== 3 && index !== 4;
  const target = (key: string, from: number) => keyTarget(key, from, 5, 20, canOpen);

  test("move up and down, by a page, and to the ends", () => {
    expect(target("ArrowDown", 0)).toBe(1);
    expect(target("ArrowUp", 1)).toBe(0);
    expect(target("PageDown", 0)).toBe(5);
    expect(target("PageUp", 19)).toBe(14);
    expect(target("End", 0)).toBe(19);
    expect(target("Home", 19)).toBe(0);
  });

  test("skip rows that can't be opened, in both directions", () => {
    expect(target("ArrowDown", 2)).toBe(5);
    expect(target("ArrowUp", 5)).toBe(2);
  });

  test("don't move beyond the ends, and other keys don't move", () => {
    expect(target("ArrowUp", 0)).toBeNull();
    expect(target("ArrowDown", 19)).toBeNull();
    expect(target("End", 19)).toBeNull();
    expect(target("Enter", 5)).toBeNull();
    expect(target("constructor", 5)).toBeNull();
  });

  test("Tab stops at the row nearest to where the reader was", () => {
    expect(nearest(3, 0, 20, canOpen)).toBe(5);
    expect(nearest(4, 0, 5, canOpen)).toBe(2);
    expect(nearest(0, 0, 0, canOpen)).toBeNull();
    expect(nearest(3, 3, 5, canOpen)).toBeNull();
  });
});
