/** Setup of the tests in workerd: fails a file in which the worker's answers or log lines contain leaks. */
import { afterAll, expect } from "vitest";
import { leaksFound } from "./scanned.ts";

afterAll(() => {
  expect(leaksFound.splice(0)).toEqual([]);
});
