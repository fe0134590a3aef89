import { expect, test } from "vitest";
import { closingLine } from "../summary.ts";

test("reports vitest's counts", () => {
  expect(closingLine({ numPassedTests: 3, numFailedTests: 2 }, false)).toBe("3 passed, 2 failed");
  expect(closingLine({ numPassedTests: 3, numFailedTests: 0 }, true)).toBe("3 passed, 0 failed");
});

test("counts a failure outside of any test", () => {
  expect(closingLine({ numPassedTests: 2, numFailedTests: 0 }, false)).toBe("2 passed, 1 failed");
});
