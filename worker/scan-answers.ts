/** Setup of the tests in workerd: whatever the worker answers or logs in any of them is scanned for leaks. */
import { afterAll, expect } from "vitest";
import { leaksFound } from "./scanned.ts";

afterAll(() => {
  expect(leaksFound.splice(0)).toEqual([]);
});
