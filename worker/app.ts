import { Hono } from "hono";
import { etag } from "hono/etag";
import type { ConfigProblem } from "../contract/problem.ts";
import { serveAsset } from "./assets.ts";
import { configOf, problemLine } from "./config.ts";
import type { Env } from "./env.ts";
import { badgeOf, MISCONFIGURED_BADGE } from "./faces/badge.ts";
import { healthOf, healthOfProblems, httpStatusOf } from "./faces/health.ts";
import { metricsOf, OPENMETRICS } from "./faces/metrics.ts";
import { pageConfig } from "./faces/page-config.ts";
import { statusOf } from "./faces/status.ts";
import { FRESH_MS, observatoryOf, TTL_MS } from "./observatory.ts";
import { openApi } from "./openapi.ts";
import { problemResponse } from "./problem.ts";
import { secured } from "./security.ts";
import { publishedAccessKeys } from "./token/gate.ts";
import { answerTokenRequest } from "./token.ts";

const HEALTH_JSON = { "Content-Type": "application/health+json", "Cache-Control": "no-store" } as const;
const NO_STORE = { "Cache-Control": "no-store" } as const;

/** The worker's routes; HEAD is answered as GET without its body. */
export const app = new Hono<{ Bindings: Env }>()
  .use(secured)
  .get("/api/openapi.json", etag(), (c) =>
    c.json(openApi(), 200, { "Cache-Control": "public, max-age=3600" }),
  )
  .get("/api/config", etag(), (c) => {
    const result = configOf(c.env);
    if (!result.ok) return misconfigured(result.problems);
    return c.json(pageConfig(result.config), 200, { "Cache-Control": "public, max-age=10" });
  })
  .get("/api/status", async (c) => {
    const result = configOf(c.env);
    if (!result.ok) return misconfigured(result.problems);
    const observatory = observatoryOf(c.env, result.config.servers);
    const observation = await observatory.observation(result.config.servers, TTL_MS);
    return c.json(statusOf(observation, await observatory.history()), 200, NO_STORE);
  })
  .post("/api/token", async (c) => {
    const result = configOf(c.env);
    if (!result.ok) return misconfigured(result.problems);
    return answerTokenRequest(c.req.raw, result.config, {
      limiter: c.env.TOKEN_LIMITER,
      accessKeys: publishedAccessKeys,
      nowMs: Date.now(),
    });
  })
  .get("/livez", (c) => c.json({ status: "pass" } as const, 200, HEALTH_JSON))
  .get("/readyz", async (c) => {
    const result = configOf(c.env);
    if (!result.ok) return c.json(healthOfProblems(result.problems), 503, HEALTH_JSON);
    const { servers } = result.config;
    // The page asks right after a fault: what was seen before it would mislead (RFC 9111, section 5.2.1.4).
    const maxAgeMs = c.req.header("Cache-Control")?.includes("no-cache") ? FRESH_MS : TTL_MS;
    const observation = await observatoryOf(c.env, servers).observation(servers, maxAgeMs);
    const health = healthOf(observation, { isVerbose: c.req.query("verbose") !== undefined });
    return c.json(health, httpStatusOf(health), HEALTH_JSON);
  })
  .get("/metrics", async (c) => {
    const result = configOf(c.env);
    if (!result.ok) return misconfigured(result.problems);
    const { servers } = result.config;
    const observation = await observatoryOf(c.env, servers).observation(servers, TTL_MS);
    return c.body(metricsOf(observation), 200, { ...NO_STORE, "Content-Type": OPENMETRICS });
  })
  .get("/badge", async (c) => {
    const result = configOf(c.env);
    if (!result.ok) return c.json(MISCONFIGURED_BADGE, 200, NO_STORE);
    const { servers } = result.config;
    return c.json(badgeOf(await observatoryOf(c.env, servers).observation(servers, TTL_MS)), 200, NO_STORE);
  })
  .all("/api/*", () => problemResponse("not-found", "no such route of the API"))
  .on(["GET", "HEAD"], "*", (c) => serveAsset(c.env.ASSETS, c.req.raw))
  .all("*", () =>
    problemResponse("method-not-allowed", "only GET and HEAD", { headers: { Allow: "GET, HEAD" } }),
  )
  .onError((error) => {
    console.error("unexpected", error.stack);
    return problemResponse("internal", "the worker's log says more");
  });

function misconfigured(problems: readonly ConfigProblem[]): Response {
  return problemResponse("configuration", problems.map(problemLine).join("; "), { problems });
}
