import { expect, test } from "vitest";
import { matches, parseCondition } from "./condition.ts";

/** Whether `text` matches `condition`, as a number if it looks like one. */
const holds = (condition: string, text: string) => {
  const read = parseCondition(condition);
  if (read === null) throw new Error(`${condition} is no condition`);
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return matches(read, text, Number.isNaN(number) ? null : number);
};

test.each([
  [">80", "80.5"],
  [">=80", "80"],
  ["<0.5", "-1"],
  ["<= -3", "-3"],
  ["> 1e3", "1001"],
  ["failed", "FAILED"],
  ["=failed", "failed"],
  ["1", "1.0"],
  ["!=ok", "failed"],
  ["!=1", "2"],
  ["in progress", "In Progress"],
])("%j matches %j", (condition, value) => expect(holds(condition, value)).toBe(true));

test.each([
  [">80", "80"],
  [">80", "hot"],
  ["<5", ""],
  ["failed", "failed twice"],
  ["!=ok", "OK"],
  ["!=1", "1.0"],
])("%j doesn't match %j", (condition, value) => expect(holds(condition, value)).toBe(false));

test.each(["", " ", ">", ">hot", "<=", "!=", "=", "> 80 %"])("%j is not a valid condition", (condition) => {
  expect(parseCondition(condition)).toBeNull();
});
