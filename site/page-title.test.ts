import { expect, test } from "vitest";
import { titleOf } from "./page-title.ts";

test("the tab's title shows the state as a symbol, and the number of unread alerts", () => {
  expect(titleOf("Shop", "green", 0)).toBe("● Shop");
  expect(titleOf("Shop", "red", 3)).toBe("(3) ▲ Shop");
});
