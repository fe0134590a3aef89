/** For tests: sends requests to the app as a browser or a monitor does. */
import { env } from "cloudflare:workers";
import { app } from "./app.ts";
import type { Environment } from "./settings.ts";

/** Stands in for the built page and its files. */
const page: Pick<Fetcher, "fetch"> = {
  fetch: async (input) => {
    const request = new Request(input);
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/assets/")) {
      const headers = { "Cache-Control": "public, max-age=0, must-revalidate" };
      if (request.headers.has("If-None-Match")) return new Response(null, { status: 304, headers });
      return new Response("code", { headers });
    }
    const html = { headers: { "Content-Type": "text/html; charset=utf-8" } };
    if (pathname === "/" || pathname === "/some/page") return new Response("page", html);
    return pathname === "/icon.svg" ? new Response("<svg/>") : new Response(null, { status: 404 });
  },
};

/** Requests a path or a whole URL from a worker with these settings. */
export const ask = (path: string, settings: Environment, init: RequestInit = {}) =>
  app.request(path, init, { ...env, ...settings, ASSETS: page as Fetcher });

/** The JSON body of an answer. */
export const body = async (response: Response | Promise<Response>) =>
  (await (await response).json()) as Record<string, unknown>;
