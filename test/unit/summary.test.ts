import { expect, test } from "vitest";
import { closingLine, failures, type Report } from "../summary.ts";

const passed: Report = {
  numPassedTests: 2,
  numFailedTests: 0,
  testResults: [
    {
      name: "/house/a.test.ts",
      status: "passed",
      message: "",
      assertionResults: [
        { fullName: "adds", status: "passed", failureMessages: [] },
        { fullName: "takes away", status: "passed", failureMessages: [] },
      ],
    },
  ],
};
const oneFailed: Report = {
  numPassedTests: 1,
  numFailedTests: 1,
  testResults: [
    {
      name: "/house/b.test.ts",
      status: "failed",
      message: "",
      assertionResults: [
        { fullName: "divides", status: "passed", failureMessages: [] },
        { fullName: "multiplies", status: "failed", failureMessages: ["expected 4 to be 5"] },
      ],
    },
  ],
};
const unreadable: Report = {
  numPassedTests: 0,
  numFailedTests: 0,
  testResults: [
    { name: "/house/c.test.ts", status: "failed", message: "no such module", assertionResults: [] },
  ],
};

test("counts what all stages ran", () => {
  expect(closingLine([passed, oneFailed], false)).toBe("3 passed, 1 failed");
});

test("a stage that failed without a failed test counts as a failure", () => {
  expect(closingLine([passed, unreadable], false)).toBe("2 passed, 1 failed");
});

test("names each failure with its stage and its reason, and nothing else", () => {
  const reports = new Map([
    ["unit", passed],
    ["worker", oneFailed],
    ["browser", unreadable],
  ]);
  expect(failures(reports)).toEqual([
    "FAILED in worker: /house/b.test.ts > multiplies\nexpected 4 to be 5",
    "FAILED in browser: /house/c.test.ts\nno such module",
  ]);
});
