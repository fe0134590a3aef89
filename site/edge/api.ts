import type { PageConfig } from "../../contract/page-config.ts";
import type { Answers } from "./answers.ts";

/** Sends a request to the worker and checks the answer. The check is loaded in parallel, not with the shell. */
export async function ask<K extends keyof Answers>(
  name: K,
  path: string,
  init: RequestInit,
): Promise<Answers[K]> {
  const [response, { readAnswer }] = await Promise.all([fetch(path, init), import("./answers.ts")]);
  return readAnswer(name, response);
}

/**
 * Loads the page's configuration from the worker.
 * @throws Error with the worker's problem (RFC 9457) if it sent one
 */
export function loadConfig(): Promise<PageConfig> {
  // A cached answer could belong to another deployment, and would hide that there is no network.
  return ask("config", "/api/config", { cache: "no-cache" });
}
