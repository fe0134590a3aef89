import * as v from "valibot";
import { expect, test } from "vitest";
import { subject } from "./source.ts";

test.each([
  ["orders.*.created", true],
  ["orders.>", true],
  ["$SYS.>", true],
  ["a".repeat(200), true],
  ["a".repeat(201), false],
  ["a b", false],
  ["a\u0007b", false],
  ["a..b", false],
  [".a", false],
  ["a.", false],
  ["", false],
  ["a.>.b", false],
  // A server takes the `*` literally, and nobody ever publishes to such a subject.
  ["a.b*", false],
  ["egos.*x", false],
])("%j is a subject that can be subscribed to: %s", (text, can) => {
  expect(v.is(subject, text)).toBe(can);
});
