import type { Page } from "playwright-core";
import type { EdgeView } from "../../client/index.ts";
import type { Health, HealthCheck } from "../../contract/health.ts";
import { type ProblemName, problemOf } from "../../contract/problem.ts";
import type { ObservedPage, TestBrowser } from "../support/page/browser.ts";
import { Dashboard } from "../support/page/dashboard.ts";

/** The running product, and the port at which it expects NATS: each scene puts there what it needs, or nothing. */
export interface Stage {
  readonly appUrl: string;
  readonly port: number;
  readonly browser: TestBrowser;
}

/** What the edge says of every server; `server`: of that one only, which isn't the page's. */
type EdgeSeen = Omit<EdgeView, "time"> & { readonly server?: string };

/** What a scene changes of a page's surroundings before it is opened. */
export interface Props {
  /** Chosen in the settings, as this browser remembers them. */
  readonly tunables?: Readonly<Record<string, number>>;
  /** Fields of `GET /api/config` that are answered otherwise. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the edge answers at `/readyz`; `none`: it can't be asked. Default: what it really sees. */
  readonly edge?: EdgeSeen | "none";
  /** How `POST /api/token` refuses. */
  readonly refusal?: { readonly status: number; readonly problem?: ProblemName };
  /** Serves the page from this origin instead. */
  readonly origin?: string;
}

/** Long enough for a countdown to be pictured in every look. */
const PATIENT = { "reconnect.baseDelayMs": 60_000, "reconnect.maxDelayMs": 60_000 };

/** Opens the page with its props; every delay is at its upper bound, so that nothing moves on while it is pictured. */
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
      // It allows the servers of the product that runs, and not those that the page is told of.
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
