/** Setup of the projects that ask a running worker: whatever it answers to any test is scanned for leaks. */
import { afterAll, expect } from "vitest";
import { leaksInAnswer } from "../../../worker/leaks.ts";

const scans: Promise<readonly string[]>[] = [];
const realFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const response = await realFetch(input, init);
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  // Whoever asked reads the answer; the scanner has a copy.
  scans.push(leaksInAnswer(method, response.clone()));
  return response;
};

afterAll(async () => {
  expect((await Promise.all(scans)).flat()).toEqual([]);
});
