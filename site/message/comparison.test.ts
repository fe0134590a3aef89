import { expect, test } from "vitest";
import type { KeyedRow } from "../panels/kept.ts";
import { keptEvent } from "../testing.ts";
import { eventBefore } from "./comparison.tsx";

test("the event before it is the last of the same key, or of the same subject", () => {
  const [first, second, third] = [1, 2, 3].map((seq) => keptEvent("{}", { seq }));
  if (first === undefined || second === undefined || third === undefined) throw new Error("three were made");
  const elsewhere = keptEvent("{}", { seq: 2, subject: "other" });
  expect(eventBefore([third, elsewhere, first], third)).toBe(first);
  expect(eventBefore([first], first)).toBeNull();
  const keyed: KeyedRow = {
    kind: "keyed",
    key: "a",
    latest: third,
    count: 3,
    history: () => [third, second, first],
  };
  expect(eventBefore([elsewhere, keyed], second)).toBe(first);
});
