import { expect, test } from "vitest";
import { covers, widest } from "./covers.ts";

test.each([
  ["orders.>", "orders.eu.1", true],
  ["orders.>", "orders.*", true],
  ["orders.>", "orders", false],
  ["orders.*", "orders.eu", true],
  ["orders.*", "orders.>", false],
  ["orders.*", "orders.eu.1", false],
  [">", "a.b", true],
  ["a.b", "a.b", true],
  ["a.b", "a.*", false],
  ["*.b", "a.b", true],
] as const)("%s covers %s: %s", (wide, narrow, expected) => {
  expect(covers(wide, narrow)).toBe(expected);
});

test("of several subjects those are left that mean all of them", () => {
  expect(widest(["orders.eu", "orders.>", "iot.*", "orders.>", "iot.a"])).toEqual(["orders.>", "iot.*"]);
});
