import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import jsonata from "jsonata";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { findDebianProgram, MONITORS } from "../support/tools/debian.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";

const FOLDER = join(ROOT, "docs/monitors");
const TLS = join(ROOT, "simulator/contract/support/tls");
const PAGE = "https://mycelium.example.com";
const READY_LIMIT_MS = 60_000;
/** Time limit that includes downloading missing programs. */
const FETCH_LIMIT_MS = 600_000;

let folder: string;
let app: App;
let isAppGone = false;
let [first, second]: (Broker | null)[] = [null, null];
let blackboxUrl: string;
const started: ManagedProcess[] = [];

const snippet = (name: string) => readFile(join(FOLDER, name), "utf8");
const promtool = async (...args: readonly string[]) =>
  runCommand(await findDebianProgram(MONITORS.promtool), args, { cwd: FOLDER });

beforeAll(async () => {
  // One after the other: only one apt-get at a time can update its lists.
  for (const program of Object.values(MONITORS)) {
    process.stdout.write(`${program.name} (${await findDebianProgram(program)})\n`);
  }
}, FETCH_LIMIT_MS);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-monitors-"));
  [first, second] = await Promise.all([startNatsServer(), startNatsServer()]);
  app = await startApp({ NATS_URL: `${first.webSocketUrl},${second.webSocketUrl}`, FEEDS: "orders.>" });
  const port = await freePort();
  blackboxUrl = `http://127.0.0.1:${port}`;
  const config = ["--config.file", join(FOLDER, "blackbox.yml")];
  const blackbox = new ManagedProcess(await findDebianProgram(MONITORS.blackbox), [
    ...config,
    "--web.listen-address",
    `127.0.0.1:${port}`,
  ]);
  started.push(blackbox);
  await blackbox.printed(/Listening on|TLS is disabled/, READY_LIMIT_MS);
});
afterAll(async () => {
  for (const one of started.reverse()) await one.stop();
  if (!isAppGone) await app?.stop();
  for (const broker of [first, second]) await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Verdict = "up" | "down";
/** Checks a URL as a monitor with its snippet would. */
type Monitor = (url: string) => Promise<Verdict>;

const verdict = (isUp: boolean): Verdict => (isUp ? "up" : "down");

const blackbox: Monitor = async (url) => {
  const asked = `${blackboxUrl}/probe?module=mycelium_readyz&target=${encodeURIComponent(url)}`;
  const metrics = await (await fetch(asked)).text();
  return verdict(/^probe_success 1$/m.test(metrics));
};

/** Like Uptime Kuma: checks the status code, then the query's result as text (with Kuma's JSONata). */
const kuma: Monitor = async (url) => {
  const { accepted_statuscodes, jsonPath, expectedValue } = JSON.parse(await snippet("kuma.json"));
  const response = await fetch(url).catch(() => null);
  if (response === null || !accepted_statuscodes.includes(String(response.status))) return "down";
  try {
    const found = await jsonata(jsonPath).evaluate(JSON.parse(await response.text()));
    return verdict(String(found) === expectedValue);
  } catch {
    return "down";
  }
};

/** The check_http line of nagios.cfg with `url` filled in, run by a shell as Nagios does. */
const nagios: Monitor = async (url) => {
  const { hostname, port, pathname, protocol } = new URL(url);
  const [, line = ""] = /command_line\s+(.*)/.exec(await snippet("nagios.cfg")) ?? [];
  const command = line
    .replace("/usr/lib/nagios/plugins/check_http", await findDebianProgram(MONITORS.checkHttp))
    .replace(new URL(PAGE).hostname, hostname)
    .replace("-p 443", `-p ${port}`)
    .replace("-S --sni", (flags) => (protocol === "https:" ? flags : ""))
    .replace("/readyz", pathname);
  return verdict((await runCommand("sh", ["-c", command])).ok);
};

/** Like Better Stack: checks for the status codes in its snippet, and follows redirects as configured. */
const betterStack: Monitor = async (url) => {
  const { expected_status_codes, follow_redirects } = JSON.parse(await snippet("betterstack.json"));
  const response = await fetch(url, { redirect: follow_redirects ? "follow" : "manual" }).catch(() => null);
  return verdict(expected_status_codes.includes(response?.status));
};

/** UptimeRobot and others that check only the status. */
const statusOnly: Monitor = async (url) => {
  const response = await fetch(url, { method: "HEAD" }).catch(() => null);
  return verdict(response?.status === 200);
};

const MONITORS_OF_READYZ: Readonly<Record<string, Monitor>> = {
  blackbox_exporter: blackbox,
  "Uptime Kuma": kuma,
  Nagios: nagios,
  "Better Stack": betterStack,
  "a status code": statusOnly,
};

async function verdicts(url: string): Promise<Record<string, Verdict>> {
  const found = Object.entries(MONITORS_OF_READYZ).map(async ([name, look]) => [name, await look(url)]);
  return Object.fromEntries(await Promise.all(found)) as Record<string, Verdict>;
}

const all = (wanted: Verdict) =>
  Object.fromEntries(Object.keys(MONITORS_OF_READYZ).map((name) => [name, wanted]));

async function statusBecomes(wanted: string): Promise<void> {
  await until(
    `/readyz says ${wanted}`,
    async () => {
      const response = await fetch(`${app.url}/readyz`, { headers: { "Cache-Control": "no-cache" } });
      return ((await response.json()) as { status: string }).status === wanted;
    },
    READY_LIMIT_MS,
  );
}

describe("all monitors agree", () => {
  /** Prometheus with our files, with shorter intervals than in production. */
  let prometheusUrl: string;
  beforeAll(async () => {
    const port = await freePort();
    prometheusUrl = `http://127.0.0.1:${port}`;
    const rules = (await snippet("rules.yml")).replace(/for: \w+/g, "for: 0s");
    const config = (await snippet("prometheus.yml"))
      .replace(`${PAGE}/readyz`, `${app.url}/readyz`)
      .replace('"mycelium.example.com"', JSON.stringify(new URL(app.url).host))
      .replace("scheme: https", "scheme: http")
      .replace("blackbox:9115", new URL(blackboxUrl).host);
    expect(config).not.toContain("example.com");
    const quick = "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }\n";
    await writeFile(join(folder, "rules.yml"), rules);
    await writeFile(join(folder, "prometheus.yml"), quick + config);
    const prometheus = new ManagedProcess(await findDebianProgram(MONITORS.prometheus), [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    started.push(prometheus);
    await prometheus.printed(/Server is ready to receive web requests/, READY_LIMIT_MS);
  });

  /** Asks Prometheus's HTTP API. */
  async function ask<T>(path: string): Promise<T> {
    const { data } = (await (await fetch(`${prometheusUrl}/api/v1/${path}`)).json()) as { data: T };
    return data;
  }

  /** Waits until both jobs are scraped, and each rule was evaluated after that: before, no alert can fire. */
  async function alertsCanFire(): Promise<void> {
    await until(
      "both jobs are scraped",
      async () => {
        const { activeTargets } = await ask<{ activeTargets: { health: string }[] }>("targets");
        return activeTargets.filter(({ health }) => health === "up").length === 2;
      },
      READY_LIMIT_MS,
    );
    const scrapedAtMs = Date.now();
    await until(
      "every rule is evaluated",
      async () => {
        const { groups } = await ask<{ groups: { rules: { lastEvaluation: string }[] }[] }>("rules");
        const times = groups.flatMap(({ rules }) => rules.map((rule) => Date.parse(rule.lastEvaluation)));
        return times.length > 0 && Math.min(...times) > scrapedAtMs;
      },
      READY_LIMIT_MS,
    );
  }

  /** The firing alerts, each once. */
  async function alertsBecome(wanted: readonly string[]): Promise<void> {
    const firing = async (): Promise<readonly string[]> => {
      const { alerts } = await ask<{ alerts: { state: string; labels: { alertname: string } }[] }>("alerts");
      const names = alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname);
      return [...new Set(names)].sort();
    };
    let seen: readonly string[] = [];
    await until(
      `the alerts ${wanted.join(", ")}`,
      async () => {
        seen = await firing();
        return JSON.stringify(seen) === JSON.stringify([...wanted].sort());
      },
      READY_LIMIT_MS,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; firing: ${seen.join(", ")}`);
    });
  }

  /** The simultaneous verdicts of Prometheus and every other monitor. */
  async function agreeOnReadyz(wanted: Verdict, alerts: readonly string[]): Promise<void> {
    const [found] = await Promise.all([verdicts(`${app.url}/readyz`), alertsBecome(alerts)]);
    expect(found).toEqual(all(wanted));
  }

  test("pass: NATS works", async () => {
    await statusBecomes("pass");
    await alertsCanFire();
    await agreeOnReadyz("up", []);
  });

  test("a wrong URL: only /readyz passes", async () => {
    const wrong = ["/readyzz", "/ready", "/api/nope"];
    // In parallel: each check_http waits until its connection closes.
    const [ofPage, ...found] = await Promise.all(["/", ...wrong].map((path) => verdicts(app.url + path)));
    expect(found).toEqual(wrong.map(() => all("down")));
    // Monitors that check only the status code can't distinguish the page from /readyz, as the docs say.
    expect(ofPage).toEqual({ ...all("down"), "Better Stack": "up", "a status code": "up" });
  });

  test("warn: one of two servers is down, the page works", async () => {
    await second?.shutDown();
    await statusBecomes("warn");
    await agreeOnReadyz("up", ["MyceliumFault", "MyceliumServerDown"]);
  });

  test("fail: both servers are down", async () => {
    await first?.shutDown();
    await statusBecomes("fail");
    await agreeOnReadyz("down", ["MyceliumDown", "MyceliumFault", "MyceliumServerDown"]);
  });

  test("Kubernetes keeps the page running, whatever NATS does", async () => {
    const text = await readFile(join(ROOT, "deploy/kubernetes.yaml"), "utf8");
    const probed = [...text.matchAll(/(\w+Probe):\s+httpGet: \{ path: (\S+),/g)];
    expect(probed.map(([, name]) => name).sort()).toEqual([
      "livenessProbe",
      "readinessProbe",
      "startupProbe",
    ]);
    for (const [, , path] of probed) expect((await fetch(`${app.url}${path}`)).status).toBe(200);
  });

  test("down: the page itself is down", async () => {
    const { url } = app;
    isAppGone = true;
    await app.stop();
    expect(await verdicts(`${url}/readyz`)).toEqual(all("down"));
    await alertsBecome(["MyceliumDown", "MyceliumMetricsMissing"]);
  });
});

describe("the files", () => {
  test("for Prometheus are valid, and the rules fire when they must and not before", async () => {
    expect(await promtool("check", "config", "prometheus.yml")).toMatchObject({ ok: true });
    const rules = await promtool("test", "rules", "rules.test.yml");
    expect(rules.ok, rules.output).toBe(true);
    const { groups } = parse(await snippet("rules.yml")) as { groups: { rules: { for?: string }[] }[] };
    for (const rule of groups.flatMap((group) => group.rules)) expect(rule.for).toMatch(/^\d+m$/);
  });

  test("for Grafana query only metrics that the worker has", async () => {
    const { panels } = JSON.parse(await snippet("grafana.json")) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(5);
    const rules = expressions.map((expr, i) => ({ record: `panel:${i}`, expr }));
    const file = join(folder, "panels.yml");
    await writeFile(file, JSON.stringify({ groups: [{ name: "panels", rules }] }));
    const checked = await promtool("check", "rules", file);
    expect(checked.ok, checked.output).toBe(true);
    const described = await readFile(join(ROOT, "worker/faces/metrics.ts"), "utf8");
    const asked = expressions.flatMap((expr) => expr.match(/probe_\w+/g) ?? []);
    for (const name of asked) expect(described, name).toContain(`"${name}"`);
  });

  test("for Nagios send SNI, without which one of several hosts at an address isn't found", async () => {
    const [key, cert] = await Promise.all(["key.pem", "cert.pem"].map((name) => readFile(join(TLS, name))));
    const names: unknown[] = [];
    const page = createServer({ key, cert }, ({ socket }, response) => {
      names.push((socket as TLSSocket).servername);
      response.end('{"status":"pass"}');
    });
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = page.address() as AddressInfo;
      expect(await nagios(`https://localhost:${port}/readyz`)).toBe("up");
      expect(names).toEqual(["localhost"]);
    } finally {
      page.closeAllConnections();
      await new Promise((resolve) => page.close(resolve));
    }
  });

  test("for Gatus decide by the top-level status", async () => {
    const { endpoints } = parse(await snippet("gatus.yaml")) as {
      endpoints: { url: string; conditions: string[] }[];
    };
    expect(endpoints.map(({ url }) => url)).toEqual([`${PAGE}/readyz`]);
    expect(endpoints[0]?.conditions).toEqual(["[STATUS] == 200", "[BODY].status == any(pass, warn)"]);
  });

  test("are all named in the README", async () => {
    const readme = await snippet("README.md");
    for (const name of await readdir(FOLDER))
      if (name !== "README.md") expect(readme).toContain(`\`${name}\``);
  });
});
