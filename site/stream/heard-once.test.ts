import { expect, test } from "vitest";
import { widest } from "./heard-once.ts";

test("of several subjects those are left that mean all of them", () => {
  expect(widest(["orders.eu", "orders.>", "iot.*", "orders.>", "iot.a"])).toEqual(["orders.>", "iot.*"]);
});
