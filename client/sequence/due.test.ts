import { expect, test } from "vitest";
import { Due } from "./due.ts";

test("what is never stored is forgotten, though others come and are read all the time; what is young is waited for", () => {
  const due = new Due();
  due.announced();
  due.mark();
  for (let i = 0; i < 3; i += 1) {
    due.announced();
    due.read();
  }
  due.announced();
  expect(due.count).toBe(2);
  due.forgetOverdue();
  expect(due.count).toBe(1);
  due.read();
  expect(due.count).toBe(0);
});

test("what is read by and by isn't forgotten in the place of what came meanwhile", () => {
  const due = new Due();
  due.announced();
  due.mark();
  due.read();
  due.announced();
  due.forgetOverdue();
  expect([due.count, due.overdue]).toEqual([1, 0]);
  due.mark();
  due.forgetOverdue();
  expect(due.count).toBe(0);
});

test("what nobody announced may be read too, and what was cleared is no more overdue", () => {
  const due = new Due();
  due.announced();
  due.mark();
  due.clear();
  due.read();
  due.announced();
  due.forgetOverdue();
  expect(due.count).toBe(1);
});
