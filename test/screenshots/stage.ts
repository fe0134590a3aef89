import type { Page } from "playwright-core";
import type { EdgeView } from "../../client/index.ts";
import type { Health, HealthCheck } from "../../contract/health.ts";
import { type ProblemName, problemOf } from "../../contract/problem.ts";
import type { ObservedPage, TestBrowser } from "../support/page/browser.ts";
import { Dashboard } from "../support/page/dashboard.ts";

/** The running product, and the port where it expects NATS. Each scene starts its server there, or none. */
export interface Stage {
  readonly appUrl: string;
  readonly port: number;
  readonly browser: TestBrowser;
}

/** The edge's result for every server, or only for `server`, which isn't the page's. */
type EdgeSeen = Omit<EdgeView, "time"> & { readonly server?: string };

/** A scene's changes to the surroundings of a page, before it opens. */
export interface Props {
  /** Stored settings of the browser. */
  readonly tunables?: Readonly<Record<string, number>>;
  /** Replaced fields of the response of `GET /api/config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The edge's result at `/readyz`; `none`: the request fails. Default: the real one. */
  readonly edge?: EdgeSeen | "none";
  /** The refusal of `POST /api/token`. */
  readonly refusal?: { readonly status: number; readonly problem?: ProblemName };
  /** Origin to serve the page from. */
  readonly origin?: string;
}

/** Long enough for pictures of a countdown in every look. */
const PATIENT = { "reconnect.baseDelayMs": 60_000, "reconnect.maxDelayMs": 60_000 };

/** Opens the page with its props; all delays have their upper bound, so that the page doesn't change meanwhile. */
export async function enter(
  { browser, appUrl }: Stage,
  props: Props = {},
): Promise<ObservedPage & { readonly dashboard: Dashboard }> {
  const observed = await browser.openPage();
  const { page } = observed;
  await page.addInitScript(
    (tunables) => {
      Math.random = () => 0.999;
      localStorage.setItem("mycelium.tunables", JSON.stringify(tunables));
    },
    { ...PATIENT, ...props.tunables },
  );
  await answerFor(page, appUrl, props);
  const dashboard = new Dashboard(page);
  await dashboard.open(props.origin ?? appUrl);
  return { ...observed, dashboard };
}

async function answerFor(
  page: Page,
  appUrl: string,
  { config, edge, refusal, origin }: Props,
): Promise<void> {
  if (origin !== undefined) {
    await page.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      const response = await route.fetch({ url: new URL(pathname, appUrl).href });
      // The policy allows the product's servers, but not those in `props.config`.
      const { "content-security-policy": _, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
  }
  if (config !== undefined) {
    await page.route("**/api/config", async (route) => {
      const { pathname } = new URL(route.request().url());
      const response = await route.fetch({ url: new URL(pathname, appUrl).href });
      await route.fulfill({ response, json: { ...(await response.json()), ...config } });
    });
  }
  if (refusal !== undefined) {
    const { status, problem } = refusal;
    const json = problem === undefined ? {} : problemOf(problem, "as the scene has it");
    await page.route("**/api/token", (route) => route.fulfill({ status, json }));
  }
  if (edge === "none") await page.route("**/readyz", (route) => route.abort());
  else if (edge !== undefined) {
    const real = await fetch(new URL("/api/config", appUrl));
    const { servers } = { ...(await real.json()), ...config } as { servers: readonly string[] };
    const seen = edge.server === undefined ? servers : [edge.server];
    await page.route("**/readyz", (route) => route.fulfill({ json: health(seen, edge) }));
  }
}

function health(servers: readonly string[], { server: _, ...seen }: EdgeSeen): Health {
  const checks = servers.map(
    (componentId): HealthCheck => ({
      componentId,
      componentType: "component",
      time: new Date().toISOString(),
      observedValue: seen.fault ?? "reached",
      ...seen,
    }),
  );
  return {
    status: seen.status,
    description: "",
    checks: { "nats:reachability": checks, "nats:responseTime": [] },
  };
}
