import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "./exact-json.ts";
import { collatorFor, compareValues } from "./order.ts";
import type { Value } from "./value.ts";

describe("the order of a column", () => {
  const texts = collatorFor("en");
  const sorted = (values: readonly (Value | undefined)[]) =>
    [...values].sort((one, other) => compareValues(one, other, texts));

  test("numbers by size, 64 bits of them, then texts with their numbers, then nested, null, missing", () => {
    const values = parseJson(
      '["b10","b9",[1],null,9223372036854775802,9223372036854775801,1.10,1e400,-0,2,"a"]',
    );
    const result = sorted([...(values as Value[])]);
    expect(result.map(String)).toEqual([
      "-0",
      "1.10",
      "2",
      "9223372036854775801",
      "9223372036854775802",
      "1e400",
      "a",
      "b9",
      "b10",
      "1",
      "null",
    ]);
    expect(compareValues(undefined, null, texts)).toBeGreaterThan(0);
  });

  test("amounts that are sent as texts are numbers: in the order of texts, -5 comes before -10 and 1.5 before 1.25", () => {
    const amounts = ["1.5", "-10.50", "99999999999999999999.99", "1.25", "n/a", "-5.25", 1.3, "007"];
    expect(sorted(amounts)).toEqual([
      "-10.50",
      "-5.25",
      "1.25",
      1.3,
      "1.5",
      "007",
      "99999999999999999999.99",
      "n/a",
    ]);
    expect(sorted(["9007199254740993", "9007199254740992"])).toEqual([
      "9007199254740992",
      "9007199254740993",
    ]);
  });

  test("large numbers are compared by their digits, and one with a fraction by its size", () => {
    const [more, less] = [`2${"0".repeat(399)}`, `1${"0".repeat(399)}`];
    expect(sorted([more, less])).toEqual([less, more]);
    for (const pair of [
      ["1.0", "1"],
      ["1", "1.0"],
    ])
      expect(sorted(pair)).toEqual(pair);
  });

  test("is one: whatever the values, it can be sorted by", () => {
    const numberText = fc.oneof(fc.double(), fc.bigInt()).map(String);
    const decimals = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -3, max: 3 }));
    const any: fc.Arbitrary<Value | undefined> = fc.oneof(
      fc.jsonValue() as fc.Arbitrary<Value>,
      numberText,
      fc.bigInt().map((whole) => parseJson(String(whole))),
      decimals.map(([digits, power]) => parseJson(`${digits}e${power}`)),
      fc.constantFrom(undefined, Number.NaN),
    );
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const compare = (one: Value | undefined, other: Value | undefined) =>
          Math.sign(compareValues(one, other, texts));
        expect([-1, 0, 1]).toContain(compare(a, b));
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
