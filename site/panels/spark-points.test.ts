import { expect, test } from "vitest";
import { sparkPoints } from "./spark-points.ts";

test("spans the width, with the highest value at the top", () => {
  expect(sparkPoints([0, 4, 2], 100, 23)).toBe("0.0,21.5 50.0,1.5 100.0,11.5");
});

test("silence lies flat at the bottom", () => {
  expect(sparkPoints([0, 0], 10, 23)).toBe("0.0,21.5 10.0,21.5");
});
