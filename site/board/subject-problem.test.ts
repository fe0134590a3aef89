import * as v from "valibot";
import { expect, test } from "vitest";
import { subject } from "../../contract/source.ts";
import { subjectProblem } from "./subject-problem.ts";

test.each([
  ["orders.*.created", null],
  ["orders.>", null],
  ["$SYS.>", null],
  ["a".repeat(200), null],
  ["a".repeat(201), "too-long"],
  ["a b", "white-space"],
  ["a\u0007b", "white-space"],
  ["a..b", "empty-token"],
  [".a", "empty-token"],
  ["", "empty-token"],
  ["a.>.b", "tail-not-last"],
  ["a.b*", "wildcard-in-token"],
])("%j: %s; and a panel takes what it has nothing against", (text, problem) => {
  expect(subjectProblem(text)).toBe(problem);
  expect(v.is(subject, text)).toBe(problem === null);
});
