/** When the banner appears, what it says, and when it disappears. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { watchPage } from "../support/page/watch-page.ts";
import type { Broker } from "../support/servers/broker.ts";
import { freePorts, startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { freePort } from "../support/tools/ports.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const app = useApp();

/** Shorter breaks show no banner, milliseconds. */
const QUIET_MS = 1000;
const CUTS = 5;

/** Longer than the edge takes for its answer, even with two probes. */
const LONG_WAIT = { "reconnect.baseDelayMs": 20_000, "reconnect.maxDelayMs": 20_000 };

let broker: Broker;
let path: FaultProxy;
const browser = useBrowser();
let observed: ObservedPage;
let dashboard: Dashboard;

/** The product's server is behind a proxy that can be cut. */
beforeEach(async () => {
  const ports = await freePorts();
  broker = await startNatsServer({ ports });
  path = await FaultProxy.start({ port: app.brokerPorts.webSocket, target: ports.webSocket });
  observed = await browser.openPage();
  dashboard = new Dashboard(observed.page);
});
afterEach(async () => {
  path.close();
  await broker.stop();
});

async function open(tunables: Readonly<Record<string, number>>): Promise<void> {
  await observed.page.addInitScript((chosen) => {
    // Every delay at its upper bound, so that no dial happens before the test looks.
    Math.random = () => 0.999;
    localStorage.setItem("mycelium.tunables", JSON.stringify(chosen));
  }, tunables);
  await dashboard.open(app.url);
  await dashboard.toggle();
}

const textOf = async (testId: string): Promise<string> =>
  (await observed.page.textContent(hook(testId))) ?? "";

test(`a link that is cut and restored at once, ${CUTS} times, never shows a banner within the first second`, async () => {
  await open({ "reconnect.baseDelayMs": 10, "reconnect.maxDelayMs": 50 });
  await dashboard.turns("green");
  const seen = await watchPage(observed.page);
  const count = async (what: string) => (await seen()).filter((moment) => moment.what === what).length;
  const cutsAtMs: number[] = [];
  for (let cut = 1; cut <= CUTS; cut += 1) {
    const before = await count("green");
    // The page's second starts at the loss, which follows this moment.
    cutsAtMs.push(await observed.page.evaluate(() => performance.now()));
    path.reset();
    await until("green again, after it wasn't", async () => (await count("green")) > before);
  }
  const tooEarly = (await seen()).filter(({ what, atMs }) => {
    const cutAtMs = cutsAtMs.findLast((cut) => cut <= atMs);
    return what === "banner" && atMs - (cutAtMs ?? atMs) < QUIET_MS;
  });
  expect(tooEarly).toEqual([]);
  expect(await dashboard.hasBanner()).toBe(false);
});

describe("a server that stays down", () => {
  test("the banner appears after a second, counts down, shows its evidence, and disappears on success", async () => {
    await open(LONG_WAIT);
    await dashboard.turns("green");
    const seen = await watchPage(observed.page);
    // The page's second starts at the loss, which follows this moment.
    const cutAtMs = await observed.page.evaluate(() => performance.now());
    path.close();
    await broker.kill();
    expect(await dashboard.banner("refused")).toContain("nothing listens on that port.");
    expect(await dashboard.colour()).toBe("amber");
    // The announcement is for readers of the page, not for NATS's operator.
    await untilEqual(() => textOf("announcer"), "Live data is interrupted.");
    const moments = await seen();
    const at = (wanted: string) => moments.find(({ what }) => what === wanted)?.atMs ?? Number.NaN;
    expect(at("banner") - cutAtMs).toBeGreaterThanOrEqual(QUIET_MS - 50);

    expect(await textOf("banner-since")).toMatch(/^down for everyone, since \d+:\d\d:\d\d/);
    const seconds = async () => Number(/Next attempt in (\d+)\u00a0s/.exec(await textOf("banner-next"))?.[1]);
    const first = await until("a countdown", async () => Math.max(1, await seconds()) - 1);
    await until("it runs", async () => (await seconds()) <= first);

    const details = await dashboard.openEvidence();
    for (const words of ["refused", "WebSocket opened", "Seen from the edge"]) {
      expect(details).toContain(words);
    }
    expect(details.match(/For the NATS operator/g)).toHaveLength(1);

    await broker.restart();
    const { webSocket } = app.brokerPorts;
    path = await FaultProxy.start({ port: webSocket, target: Number(new URL(broker.webSocketUrl).port) });
    await dashboard.retryNow();
    await dashboard.turns("green");
    expect(await dashboard.hasBanner()).toBe(false);
    // The banner's button had the focus and was removed with it.
    expect(await observed.page.evaluate(() => document.activeElement?.id)).toBe("main");
  });

  test("the pill is red with a countdown from the first failed attempt on; a normal stop clears both", async () => {
    path.close();
    await open(LONG_WAIT);
    await dashboard.turns("red");
    expect(await dashboard.pillText()).toMatch(/^Retrying in \d+ s \(attempt 2\)$/);
    await dashboard.banner("refused");
    expect(await textOf("banner-since")).toMatch(/^down for everyone, trying since \d+:\d\d:\d\d/);
    await dashboard.toggle();
    await dashboard.turns("grey");
    expect(await dashboard.pillText()).toBe("Stopped");
    expect(await dashboard.hasBanner()).toBe(false);
  });
});

test("outages in quick succession don't ask the edge again about a failure that it has confirmed", async () => {
  path.close();
  await until("the edge is sure of it", async () => {
    const health = (await (await fetch(`${app.url}/readyz`)).json()) as { status: string };
    return health.status === "fail";
  });
  let questions = 0;
  observed.page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/readyz") questions += 1;
  });
  await open(LONG_WAIT);
  for (let outage = 1; outage < 3; outage += 1) {
    // Only the edge can see that; a browser can't.
    await dashboard.banner("refused");
    await dashboard.toggle();
    await dashboard.turns("grey");
    await dashboard.toggle();
  }
  await dashboard.banner("refused");
  expect(questions).toBe(1);
});

test("if the edge reaches the server but this browser doesn't, the banner says so, and that the viewer can act", async () => {
  const server = `ws://127.0.0.1:${app.brokerPorts.webSocket}`;
  // Like a browser extension: redirects the page's connections to a closed port. The edge dials the server itself.
  await observed.page.addInitScript(
    ([blocked, nowhere]) => {
      window.WebSocket = class extends WebSocket {
        constructor(url: string | URL, protocols?: string | string[]) {
          super(new URL(url).origin === new URL(blocked).origin ? nowhere : url, protocols);
        }
      };
    },
    [server, `ws://127.0.0.1:${await freePort()}`] as const,
  );
  await open(LONG_WAIT);
  await observed.page.waitForSelector(`${hook("banner")}[data-explanation="blocked-here"]`);
  const banner = await dashboard.banner();
  expect(banner).toContain(`The edge can reach ${server}, but this browser can't.`);
  expect(banner).toContain(
    "A proxy, firewall or browser extension on this network probably blocks WebSocket",
  );
  expect(await observed.page.getAttribute(hook("banner-who"), "data-who")).toBe("viewer");
  expect(await textOf("banner-since")).not.toContain("everyone");
});
