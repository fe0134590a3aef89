import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { covers } from "../../contract/subjects.ts";
import { disjoint, overlap } from "./subjects.ts";

const TOKENS = ["a", "b", "c"] as const;
const pattern = fc
  .tuple(fc.array(fc.constantFrom(...TOKENS, "*"), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([tokens, isOpen]) => [...tokens, ...(isOpen ? [">"] : [])].join("."));
const subject = fc
  .array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 6 })
  .map((all) => all.join("."));

/** A second implementation, independent of the code under test. */
function matches(filter: string, name: string): boolean {
  const source = filter
    .split(".")
    .map((token) => (token === ">" ? ".+" : token === "*" ? "[^.]+" : token))
    .join("\\.");
  return new RegExp(`^${source}$`).test(name);
}

describe("disjoint subjects", () => {
  test.each([
    [["orders.>", "orders.eu.*"], ["orders.>"]],
    [["a.*.x", "a.b.>"], ["a.*.>"]],
    [
      ["a.b", "a.b.>"],
      ["a.b", "a.b.>"],
    ],
    [["a.*", "b.c", "*.c"], ["*.*"]],
    [["one", "one"], ["one"]],
    [
      ["x.1", "x.2"],
      ["x.1", "x.2"],
    ],
  ])("%j become %j", (given, wanted) => {
    expect(disjoint(given)).toEqual(wanted);
  });

  test("match every given subject, and no message twice", () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 6 }), subject, (patterns, name) => {
        const joined = disjoint(patterns);
        const hits = joined.filter((one) => matches(one, name)).length;
        expect(hits).toBeLessThanOrEqual(1);
        if (patterns.some((one) => matches(one, name))) expect(hits).toBe(1);
      }),
    );
  });

  test("overlap and covers agree with which messages match", () => {
    fc.assert(
      fc.property(pattern, pattern, subject, (one, other, name) => {
        if (matches(one, name) && matches(other, name)) expect(overlap(one, other)).toBe(true);
        if (covers(one, other) && matches(other, name)) expect(matches(one, name)).toBe(true);
        expect(overlap(one, other)).toBe(overlap(other, one));
        if (covers(one, other)) expect(overlap(one, other)).toBe(true);
      }),
    );
  });
});
