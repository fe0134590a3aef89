import { leaksInAnswer } from "../../../worker/leaks.ts";

/**
 * Leaks found in responses since the previous test file removed them. All files of a process share this module, so
 * `fetch` is wrapped once.
 */
export const scans: Promise<readonly string[]>[] = [];

const realFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const response = await realFetch(input, init);
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  // The caller reads the response, the scanner a copy.
  scans.push(leaksInAnswer(method, response.clone()));
  return response;
};
