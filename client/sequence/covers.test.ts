import { expect, test } from "vitest";
import { covers } from "./covers.ts";

test.each([
  ["a.b", "a.b", true],
  ["a.*", "a.b", true],
  ["a.>", "a.b.c", true],
  [">", "a", true],
  ["a.>", "a.>", true],
  ["a.*", "a.*", true],
  ["a.b", "a.*", false],
  ["a.*", "a.>", false],
  ["a.*", "a.b.c", false],
  ["a.*.c", "a.b", false],
  ["a.>", "a", false],
  ["a", "b", false],
])("%s covers %s: %s", (wide, narrow, expected) => {
  expect(covers(wide, narrow)).toBe(expected);
});
