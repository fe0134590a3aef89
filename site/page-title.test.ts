import { expect, test } from "vitest";
import { titleOf } from "./page-title.ts";

test("a tab tells its state by a sign, and how many alerts are unread", () => {
  expect(titleOf("Shop", "green", 0)).toBe("● Shop");
  expect(titleOf("Shop", "red", 3)).toBe("(3) ▲ Shop");
});
