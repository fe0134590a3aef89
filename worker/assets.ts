import { problemResponse } from "./problem.ts";

/** What Vite names after its content (vite.config.ts): it never changes under its name. */
const HASHED = /^\/assets\//;

/** Serves the built page and its files. The page lives at `/` alone: a wrong address must not look like a right one. */
export async function serveAsset(assets: Fetcher, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const response = await assets.fetch(request);
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html") ?? false;
  if (response.status === 404 || (isPage && pathname !== "/")) {
    await response.body?.cancel();
    return problemResponse("not-found", "nothing is at this path: the page is at /");
  }
  // The binding's own answer has headers that can't be changed.
  const own = new Response(response.body, response);
  // Whoever asks whether its copy is still good keeps it as this answer says, not as the first did (RFC 9111, section 3.2).
  if (HASHED.test(pathname) && (own.ok || own.status === 304)) {
    own.headers.set("Cache-Control", "public, max-age=31536000, immutable");
  }
  return own;
}
