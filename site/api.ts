import type { EdgeView, ReconnectOptions } from "../client/index.ts";
import type { Feed } from "../worker/feeds.ts";
import type { EdgeStatus } from "./connection/edge-history.ts";
import type { AuthConfig } from "./credentials/auth-config.ts";

/**
 * What `GET /api/config` answers: `PageConfig` of worker/faces/page-config.ts.
 * Declared anew, because that file leads to worker/config.ts and Workers types, which don't compile beside the DOM's.
 */
export interface PageConfig {
  readonly name: string;
  readonly servers: readonly string[];
  readonly feeds: readonly Feed[];
  readonly auth: AuthConfig;
  readonly reconnect: ReconnectOptions;
  /** The simulator's fault control; null outside `npm start`'s demo. */
  readonly demo: { readonly controlUrl: string } | null;
}

/** The probe answers within 4 s; an edge that is slower than this has nothing to say. */
const ASK_EDGE_MS = 6000;

/**
 * The page's configuration, from the worker.
 * @throws Error with the worker's own words where it has any (RFC 9457)
 */
export async function loadConfig(): Promise<PageConfig> {
  // A kept answer could be of another deployment, and would hide that there is no network.
  const response = await fetch("/api/config", { cache: "no-cache" });
  if (response.ok) return (await response.json()) as PageConfig;
  const problem: unknown = await response.json().catch(() => null);
  throw new Error(detailOf(problem) ?? `GET /api/config: ${response.status}`);
}

/** How the edge sees a server right now; null when it can't be asked. */
export async function askEdge(server: string | undefined, signal: AbortSignal): Promise<EdgeView | null> {
  try {
    const response = await fetch("/readyz", {
      cache: "no-store",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_EDGE_MS)]),
    });
    // Loaded when something is wrong: a page that is well never needs it.
    const { edgeViewOf } = await import("./connection/edge-view.ts");
    return edgeViewOf(await response.json(), server);
  } catch {
    // A worker that doesn't answer knows no more than the browser.
    return null;
  }
}

/** How the edge has seen NATS, now and before. */
export async function loadStatus(signal: AbortSignal): Promise<EdgeStatus> {
  const response = await fetch("/api/status", { signal });
  if (!response.ok) throw new Error(`GET /api/status: ${response.status}`);
  return (await response.json()) as EdgeStatus;
}

function detailOf(problem: unknown): string | null {
  if (typeof problem !== "object" || problem === null || !("detail" in problem)) return null;
  return typeof problem.detail === "string" ? problem.detail : null;
}
