/** Setup of the projects that send requests to a running worker: scans each response for leaked secrets. */
import { afterAll, expect } from "vitest";
import { scans } from "./scanned.ts";

afterAll(async () => {
  expect((await Promise.all(scans.splice(0))).flat()).toEqual([]);
});
