import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "./exact-json.ts";
import { collatorFor, compareKeys, type SortKey, sortKeysOf } from "./order.ts";
import type { Value } from "./value.ts";

describe("the order of a column", () => {
  const texts = collatorFor("en");
  const sorted = (values: readonly (Value | undefined)[], isOfNumbers = false, isDown = false) =>
    sortKeysOf(values, isOfNumbers)
      .map((key, index) => ({ key, value: values[index] }))
      .sort((one, other) => compareKeys(one.key, other.key, texts, isDown))
      .map(({ value }) => value);

  test("is numbers by size in 64 bits, texts with their numbers by size, nested values, null, missing", () => {
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
    expect(sorted([undefined, null, 1], false, true)).toEqual([1, null, undefined]);
  });

  test.each([
    ["versions", ["1.9", "1.9.1", "1.10", "1.10.1", "2.0"]],
    ["versions of two parts", ["1.9", "1.10", "2.0"]],
    ["house numbers", ["2", "12", "12a", "13", "13b", "100"]],
    ["hexadecimal ids", ["7e9a", "7e10", "12ab", "88"]],
    ["ids that could have an exponent", ["7e10", "9e2"]],
    ["amounts that are none", ["1.5", "1.25", "n/a"]],
  ])("%s that are sent as text are sorted as text, with their numbers by size", (_case, inOrder) => {
    expect(sorted([...inOrder].reverse())).toEqual(inOrder);
  });

  test("texts are numbers if all are amounts with the same number of decimals; empty texts come after them", () => {
    const amounts = ["-10.50", "-5.25", "1.25", "1.50", 1.6, "10.00", ""];
    expect(sorted([...amounts].reverse())).toEqual(amounts);
    const changes = ["-0.50", "+0.25", ".75", "+1.25"];
    expect(sorted([...changes].reverse())).toEqual(changes);
  });

  test("a text that is nearly an amount takes no longer than an amount", () => {
    const least = (text: string) =>
      Math.min(
        ...Array.from({ length: 5 }, () => {
          const beganAt = performance.now();
          sortKeysOf([text]);
          return performance.now() - beganAt;
        }),
      );
    const amount = "1".repeat(20_000);
    expect(least(`${amount}x`)).toBeLessThan(20 * least(amount));
  });

  test("in a numeric column, amounts that are sent as text are sorted as numbers: -10 before -5, and 1.25 before 1.5", () => {
    const amounts = ["1.5", "-10.50", "99999999999999999999.99", "1.25", "n/a", "-5.25", 1.3, "007"];
    expect(sorted(amounts, true)).toEqual([
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

  test("long integers are compared by all digits, and numbers with a fraction by size", () => {
    const [more, less] = [`2${"0".repeat(399)}`, `1${"0".repeat(399)}`];
    expect(sorted([more, less])).toEqual([less, more]);
    for (const pair of [
      ["1.0", "1"],
      ["1", "1.0"],
    ])
      expect(sorted(pair, true)).toEqual(pair);
  });

  test("is consistent for any values", () => {
    const numberText = fc.oneof(fc.double(), fc.bigInt()).map(String);
    const decimals = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -3, max: 3 }));
    const any: fc.Arbitrary<Value | undefined> = fc.oneof(
      fc.jsonValue() as fc.Arbitrary<Value>,
      numberText,
      fc.bigInt().map((whole) => parseJson(String(whole))),
      decimals.map(([digits, power]) => parseJson(`${digits}e${power}`)),
      fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, 9007199254740992, 0.1),
      fc.constantFrom(
        "9007199254740993",
        "9.007199254740992e15",
        "1e400",
        "2e400",
        "1e5000",
        "Infinity",
        " 7",
      ),
      fc.constantFrom(
        `1${"0".repeat(350)}`,
        `2${"0".repeat(350)}`,
        `1${"0".repeat(500)}`,
        "0.10",
        ".1",
        "+0.1e0",
      ),
      fc.constantFrom(...["9007199254740993", "9.007199254740992e15", "1e400", "1e5000"].map(parseJson)),
    );
    fc.assert(
      fc.property(any, any, any, fc.boolean(), (a, b, c, isOfNumbers) => {
        const [left, middle, right] = sortKeysOf([a, b, c], isOfNumbers) as [SortKey, SortKey, SortKey];
        const compare = (one: SortKey, other: SortKey) => Math.sign(compareKeys(one, other, texts));
        expect([-1, 0, 1]).toContain(compare(left, middle));
        expect(compare(left, middle)).toBe(-compare(middle, left) + 0);
        if (compare(left, middle) <= 0 && compare(middle, right) <= 0)
          expect(compare(left, right)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
