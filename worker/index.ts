import { Hono } from "hono";
import { etag } from "hono/etag";
import { problemLine, readConfig } from "./config.ts";
import type { Env } from "./env.ts";
import { healthOf, healthOfProblems } from "./faces/health.ts";
import { pageConfig } from "./faces/page-config.ts";
import { observe } from "./probe.ts";
import { problemResponse } from "./problem.ts";

const HEALTH_JSON = { "Content-Type": "application/health+json", "Cache-Control": "no-store" } as const;

/** The worker's routes; HEAD is answered as GET without its body. */
const app = new Hono<{ Bindings: Env }>()
  .get("/api/config", etag(), (c) => {
    const result = readConfig(c.env);
    if (!result.ok) {
      const { problems } = result;
      return problemResponse("configuration", problems.map(problemLine).join("; "), { problems });
    }
    return c.json(pageConfig(result.config), 200, { "Cache-Control": "public, max-age=10" });
  })
  .get("/livez", (c) => c.json({ status: "pass" } as const, 200, HEALTH_JSON))
  .get("/readyz", async (c) => {
    const result = readConfig(c.env);
    if (!result.ok) return c.json(healthOfProblems(result.problems), 503, HEALTH_JSON);
    const observation = await observe(result.config.servers);
    const health = healthOf(observation, { isVerbose: c.req.query("verbose") !== undefined });
    return c.json(health, health.status === "fail" ? 503 : 200, HEALTH_JSON);
  })
  .all("/api/*", (c) => problemResponse("not-found", `no route ${c.req.path}`))
  .on(["GET", "HEAD"], "*", (c) => c.env.ASSETS.fetch(c.req.raw))
  .all("*", () => problemResponse("method-not-allowed", "only GET and HEAD", {}, { Allow: "GET, HEAD" }));

/** The types of the routes, for `hc` in the page. */
export type AppType = typeof app;

export default app;
