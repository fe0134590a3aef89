import { leaksInAnswer } from "../../../worker/leaks.ts";

/**
 * The leaks in what a worker answered since the last test file took them away. All files of a process share this
 * module, so that what it puts in the way of each answer stands there once.
 */
export const scans: Promise<readonly string[]>[] = [];

const realFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const response = await realFetch(input, init);
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  // Whoever asked reads the answer; the scanner has a copy.
  scans.push(leaksInAnswer(method, response.clone()));
  return response;
};
