/** Setup of the projects that ask a running worker: whatever it answers to any test is scanned for leaks. */
import { afterAll, expect } from "vitest";
import { scans } from "./scanned.ts";

afterAll(async () => {
  expect((await Promise.all(scans.splice(0))).flat()).toEqual([]);
});
