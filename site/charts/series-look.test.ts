import { expect, test } from "vitest";
import { lookOf } from "./series-look.ts";

test("no two of thirty-two lines look the same, and neighbours differ without colour", () => {
  const looks = Array.from({ length: 32 }, (_, index) => lookOf(index));
  expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(32);
  for (const [index, look] of looks.entries()) {
    if (index > 0) expect(look.dash).not.toEqual(looks[index - 1]?.dash);
  }
});
