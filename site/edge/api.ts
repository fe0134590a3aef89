import type { PageConfig } from "../../contract/page-config.ts";
import type { Answers } from "./answers.ts";

/** Asks the worker. The check of its answer is loaded beside the question: the shell paints without either. */
export async function ask<K extends keyof Answers>(
  name: K,
  path: string,
  init: RequestInit,
): Promise<Answers[K]> {
  const [response, { readAnswer }] = await Promise.all([fetch(path, init), import("./answers.ts")]);
  return readAnswer(name, response);
}

/**
 * The page's configuration, from the worker.
 * @throws Error with the worker's own words where it has any (RFC 9457)
 */
export function loadConfig(): Promise<PageConfig> {
  // A kept answer could be of another deployment, and would hide that there is no network.
  return ask("config", "/api/config", { cache: "no-cache" });
}
