import { problemResponse } from "./problem.ts";

/** What Vite names after its content (vite.config.ts): it never changes under its name. */
const HASHED = /^\/assets\//;

/** Serves the built page; a hashed file is kept for ever, and a missing one is no page. */
export async function serveAsset(assets: Fetcher, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const response = await assets.fetch(request);
  if (!HASHED.test(pathname) || !response.ok) return response;
  // The single-page fallback answers every unknown path with the page, which is no script.
  if (response.headers.get("Content-Type")?.startsWith("text/html")) {
    await response.body?.cancel();
    return problemResponse("not-found", `no file ${pathname}`);
  }
  const kept = new Response(response.body, response);
  kept.headers.set("Cache-Control", "public, max-age=31536000, immutable");
  return kept;
}
