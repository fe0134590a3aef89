import { expect, test } from "vitest";
import { MAX_READ_BYTES } from "../content/reading.ts";
import { keptEvent, keptKey } from "../testing.ts";
import { comparedWith } from "./comparison.tsx";

test("the previous event is the last one of the same key, or of the same subject", () => {
  const [first, second, third] = [1, 2, 3].map((seq) => keptEvent("{}", { seq }));
  if (first === undefined || second === undefined || third === undefined) throw new Error("three were made");
  const elsewhere = keptEvent("{}", { seq: 2, subject: "other" });
  expect(comparedWith([third, elsewhere, first], third)).toBe(first);
  expect(comparedWith([first], first)).toBeNull();
  expect(comparedWith([elsewhere, keptKey("a", [third, second, first])], second)).toBe(first);
});

test("an event that was too large to be read isn't compared", () => {
  const small = keptEvent('{"a":1}', { seq: 1 });
  const [large, larger] = [2, 3].map((seq) => keptEvent("a".repeat(MAX_READ_BYTES + seq), { seq }));
  if (large === undefined || larger === undefined) throw new Error("two were made");
  const rows = [larger, large, small];
  expect([comparedWith(rows, larger), comparedWith(rows, large)]).toEqual([null, null]);
  const after = keptEvent('{"a":1}', { seq: 4 });
  expect(comparedWith([after, ...rows], after)).toBeNull();
});
