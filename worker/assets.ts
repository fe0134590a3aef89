import { problemResponse } from "./problem.ts";

/** Files that Vite names by their content (vite.config.ts), so that they never change. */
const HASHED = /^\/assets\//;

/** Serves the built page and its files. The page is at `/` only, so that a wrong address doesn't look right. */
export async function serveAsset(assets: Fetcher, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const response = await assets.fetch(request);
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html") ?? false;
  if (response.status === 404 || (isPage && pathname !== "/")) {
    await response.body?.cancel();
    return problemResponse("not-found", "nothing is at this path: the page is at /");
  }
  // The binding's response has immutable headers.
  const copy = new Response(response.body, response);
  // A 304 replaces the Cache-Control of the cached response (RFC 9111, section 3.2).
  if (HASHED.test(pathname) && (copy.ok || copy.status === 304)) {
    copy.headers.set("Cache-Control", "public, max-age=31536000, immutable");
  }
  return copy;
}
