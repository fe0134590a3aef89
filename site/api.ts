import type { PageConfig } from "../contract/page-config.ts";
import type { Status } from "../contract/status.ts";
import type { Answers } from "./answers.ts";
import type { EdgeWord } from "./connection/edge-view.ts";

/** The probe answers within 4 s; an edge that is slower than this has nothing to say. */
const ASK_EDGE_MS = 6000;

/** Asks the worker. The check of its answer is loaded beside the question: the shell paints without either. */
async function ask<K extends keyof Answers>(name: K, path: string, init: RequestInit): Promise<Answers[K]> {
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

/** What the edge says of a server right now; null when it can't be asked. */
export async function askEdge(server: string | undefined, signal: AbortSignal): Promise<EdgeWord> {
  try {
    const health = await ask("health", "/readyz", {
      cache: "no-store",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_EDGE_MS)]),
    });
    // Loaded when something is wrong: a page that is well never needs it.
    const { edgeWordOf } = await import("./connection/edge-view.ts");
    return edgeWordOf(health, server);
  } catch {
    // A worker that doesn't answer knows no more than the browser.
    return null;
  }
}

/** How the edge has seen NATS, now and before. */
export function loadStatus(signal: AbortSignal): Promise<Status> {
  return ask("status", "/api/status", { signal });
}
