import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { createMiddleware } from "hono/factory";
import type { ConfigProblem } from "../contract/problem.ts";
import type { Observation } from "../contract/status.ts";
import { serveAsset } from "./assets.ts";
import { originOf } from "./config/origin.ts";
import { type Config, configOf, problemLine } from "./config.ts";
import type { Env } from "./env.ts";
import { badgeOf, MISCONFIGURED_BADGE } from "./faces/badge.ts";
import { healthOf, healthOfProblems, httpStatusOf } from "./faces/health.ts";
import { metricsOf, OPENMETRICS } from "./faces/metrics.ts";
import { pageConfig } from "./faces/page-config.ts";
import { statusOf } from "./faces/status.ts";
import { pageOrigins, withOriginCheck } from "./observatory/page-origin.ts";
import { sharedHistory, sharedObservation } from "./observatory/share.ts";
import { FRESH_MS, TTL_MS } from "./observatory.ts";
import { openApi } from "./openapi.ts";
import { problemResponse } from "./problem.ts";
import { secured } from "./security.ts";
import { publishedAccessKeys } from "./token/access-keys.ts";
import { addressOf } from "./token/limits.ts";
import { answerTokenRequest } from "./token.ts";

interface Types {
  Bindings: Env;
  Variables: { config: Config; warnings: readonly string[] };
}

const HEALTH_JSON = { "Content-Type": "application/health+json", "Cache-Control": "no-store" } as const;
const NO_STORE = { "Cache-Control": "no-store" } as const;

/** Puts the checked configuration into the context; `otherwise` answers if it is invalid. */
const configured = (otherwise: (problems: readonly ConfigProblem[]) => Response = misconfigured) =>
  createMiddleware<Types>(async (c, next) => {
    const result = configOf(c.env);
    if (!result.ok) return otherwise(result.problems);
    c.set("config", result.config);
    c.set("warnings", result.warnings);
    await next();
  });

function observe(c: Context<Types>, maxAgeMs = TTL_MS): Promise<Observation> {
  return sharedObservation(c.env, c.var.config, maxAgeMs);
}

/** The observation, with a warning if `allowed_origins` keeps out pages of the requested address. */
async function observeForPage(c: Context<Types>): Promise<Observation> {
  const { req } = c;
  // The page asks right after a fault: an older observation would mislead (RFC 9111, section 5.2.1.4).
  const isFresh = /no-cache/i.test(req.header("Cache-Control") ?? "");
  const observation = await observe(c, isFresh ? FRESH_MS : TTL_MS);
  const address = originOf(new URL(req.url).origin);
  // With PUBLIC_URL, the probe itself sent the page's origin.
  if (c.var.config.publicUrl !== null || address === null) return observation;
  // The page sends its origin when it asks for the cause of a fault (site/connection/investigate.ts).
  const page = originOf(req.header("Referer") ?? "");
  return withOriginCheck(pageOrigins(address, page), observation, isFresh);
}

/** Routes that pages of other origins may read, such as an operator's board or a README's badge. */
const CROSS_ORIGIN = ["/api/status", "/livez", "/healthz", "/readyz", "/badge"];
const READ_ONLY = [...CROSS_ORIGIN, "/api/openapi.json", "/api/config", "/metrics"];

const preflight = cors({ origin: "*", allowMethods: ["GET", "HEAD"] });

/** Lets any page read the answer. Only preflights use Hono's `cors`, which would copy each answer three times. */
const allowAnyOrigin = createMiddleware<Types>(async (c, next) => {
  if (c.req.method === "OPTIONS") return preflight(c, next);
  await next();
  c.res.headers.set("Access-Control-Allow-Origin", "*");
});

/** The worker's routes. HEAD is answered as GET without the body, and a trailing slash is ignored. */
export const app = new Hono<Types>({ strict: false })
  .use(secured)
  // workerd accepts any Host header, valid or not (RFC 9112, section 3.2).
  .use(async ({ req }, next) => (URL.canParse(req.url) ? next() : invalidHost()))
  .on("ALL", CROSS_ORIGIN, allowAnyOrigin)
  .get("/api/openapi.json", etag(), (c) =>
    c.json(openApi(), 200, { "Cache-Control": "public, max-age=3600" }),
  )
  .get("/api/config", etag(), configured(), (c) =>
    c.json(pageConfig(c.var.config), 200, { "Cache-Control": "public, max-age=10" }),
  )
  .get("/api/status", configured(), async (c) => {
    const observation = await observe(c);
    return c.json(statusOf(observation, await sharedHistory(c.env, c.var.config)), 200, NO_STORE);
  })
  .post("/api/token", configured(), (c) =>
    answerTokenRequest(c.req.raw, c.var.config, {
      limiters: c.env,
      accessKeys: publishedAccessKeys,
      address: addressOf(c.req.raw, c.env),
      nowMs: Date.now(),
    }),
  )
  .on("GET", ["/livez", "/healthz"], (c) => c.json({ status: "pass" } as const, 200, HEALTH_JSON))
  .get(
    "/readyz",
    configured((problems) =>
      Response.json(healthOfProblems(problems), { status: 503, headers: HEALTH_JSON }),
    ),
    async (c) => {
      const isVerbose = c.req.query("verbose") !== undefined;
      const health = healthOf(await observeForPage(c), { isVerbose, warnings: c.var.warnings });
      return c.json(health, httpStatusOf(health), HEALTH_JSON);
    },
  )
  .get("/metrics", configured(), async (c) =>
    c.body(metricsOf(await observe(c)), 200, { ...NO_STORE, "Content-Type": OPENMETRICS }),
  )
  .get(
    "/badge",
    configured(() => Response.json(MISCONFIGURED_BADGE, { headers: NO_STORE })),
    async (c) => c.json(badgeOf(await observe(c)), 200, NO_STORE),
  )
  .on("ALL", READ_ONLY, () => notAllowed("GET, HEAD"))
  .all("/api/token", () => notAllowed("POST"))
  .all("/api/*", () => problemResponse("not-found", "the API has no such route: see /api/openapi.json"))
  .on(["GET", "HEAD"], "*", (c) => serveAsset(c.env.ASSETS, c.req.raw))
  .all("*", () => notAllowed("GET, HEAD"))
  .onError((error) => {
    console.error("unexpected", error.stack);
    return problemResponse("internal", "an unexpected error occurred: see the worker's log");
  });

function notAllowed(allowed: string): Response {
  const detail = `use ${allowed.replace(", ", " or ")}`;
  return problemResponse("method-not-allowed", detail, { headers: { Allow: allowed } });
}

function invalidHost(): Response {
  return problemResponse("malformed", "the Host header is not a valid address");
}

function misconfigured(problems: readonly ConfigProblem[]): Response {
  return problemResponse("configuration", problems.map(problemLine).join("; "), { problems });
}
