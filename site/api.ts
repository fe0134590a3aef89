import type { EdgeView } from "../client/index.ts";
import type { Feed } from "../worker/feeds.ts";

export interface PageConfig {
  readonly name: string;
  readonly servers: readonly string[];
  readonly feeds: readonly Feed[];
  readonly auth: { readonly mode: string };
  readonly reconnect?: object;
  readonly demo?: { readonly controlUrl: string } | null | boolean;
}

/** The page's configuration, from the worker. */
export async function loadConfig(): Promise<PageConfig> {
  const response = await fetch("/api/config");
  if (!response.ok) throw new Error(`GET /api/config answered ${response.status}`);
  return (await response.json()) as PageConfig;
}

export async function askEdge(_server: string | undefined, _signal: AbortSignal): Promise<EdgeView | null> {
  return null;
}
