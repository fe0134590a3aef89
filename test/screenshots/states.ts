/** The states of a connection that isn't live, and of a page that isn't there yet. */

import { startPublisher } from "../../dev/publisher.ts";
import { startSimulator } from "../../simulator/index.ts";
import { hook } from "../support/page/dashboard.ts";
import { openSheet } from "../support/page/sheets.ts";
import type { Gallery } from "./gallery.ts";
import { allFeedsFilled } from "./screens.ts";
import { enter, type Stage } from "./stage.ts";

type Take = (gallery: Gallery, stage: Stage, name: string) => Promise<void>;

const STATES: Readonly<Record<string, Take>> = {
  connecting: takeConnecting,
  reconnecting: takeReconnecting,
  "given-up": takeGivenUp,
  loading: takeLoading,
  "config-failed": takeConfigFailed,
  "offline-shell": takeOfflineShell,
};

/** Takes them all. */
export async function takeStates(gallery: Gallery, stage: Stage): Promise<void> {
  for (const [name, take] of Object.entries(STATES)) {
    if (gallery.wants(name)) await take(gallery, stage, name);
  }
}

/** A server that takes the connection and says nothing. */
async function takeConnecting(gallery: Gallery, stage: Stage, name: string): Promise<void> {
  const simulator = await startSimulator({ webSocketPort: stage.port });
  simulator.faults.add({ at: "upgrade", action: { do: "silent" } });
  const { page, dashboard, close } = await enter(stage, { tunables: { connectTimeoutMs: 60_000 } });
  await dashboard.toggle();
  await dashboard.reaches("connecting");
  await gallery.take(page, name);
  await close();
  await simulator.stop();
}

/** Lost, counting down, with events from before; then back, with a gap; then switched off. */
async function takeReconnecting(gallery: Gallery, stage: Stage, name: string): Promise<void> {
  const simulator = await startSimulator({ webSocketPort: stage.port });
  const { page, dashboard, close } = await enter(stage);
  const publisher = await startPublisher(simulator.tcpUrl, { everyMs: 60 });
  await dashboard.toggle();
  await dashboard.turns("green");
  await allFeedsFilled(dashboard);
  const killed = simulator.faults.kill({ downMs: 600_000 });
  await dashboard.banner("refused");
  await gallery.take(page, name);
  await page.click(`${hook("banner-details")} summary`);
  await gallery.take(page, `${name}-whole`, "page");
  await openSheet(page, "connection");
  await gallery.take(page, `${name}-sheet-connection`);
  await page.click(hook("connection-close"));
  await killed.clear();
  await dashboard.retryNow();
  await dashboard.turns("green");
  await page.waitForSelector(hook("feed-llm-gap"));
  await publisher.stop();
  await gallery.take(page, "gap");
  await dashboard.toggle();
  await dashboard.reaches("stopped");
  await gallery.take(page, "stopped");
  await close();
  await simulator.stop();
}

/** No attempt is left. */
async function takeGivenUp(gallery: Gallery, stage: Stage, name: string): Promise<void> {
  const { page, dashboard, close } = await enter(stage, { tunables: { "reconnect.maxAttempts": 1 } });
  await dashboard.toggle();
  await dashboard.reaches("failed");
  await dashboard.banner("refused");
  await gallery.take(page, name);
  await close();
}

/** The configuration takes its time. */
async function takeLoading(gallery: Gallery, { browser, appUrl }: Stage, name: string): Promise<void> {
  const { page, close } = await browser.openPage();
  await page.route("**/api/config", () => {});
  await page.goto(appUrl);
  await page.waitForSelector(hook("live-switch"));
  await gallery.take(page, name);
  await close();
}

/** The worker finds its configuration wrong. */
async function takeConfigFailed(gallery: Gallery, { browser, appUrl }: Stage, name: string): Promise<void> {
  const { page, close } = await browser.openPage();
  const detail = 'NATS_URL is "http://nats.example.com": give ws:// or wss://';
  await page.route("**/api/config", (route) => route.fulfill({ status: 500, json: { detail } }));
  await page.goto(appUrl);
  await page.waitForSelector(hook("config-failed"));
  await gallery.take(page, name);
  await close();
}

/** Opened once, and then again without a network. */
async function takeOfflineShell(gallery: Gallery, stage: Stage, name: string): Promise<void> {
  const { page, close } = await enter(stage);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.context().setOffline(true);
  await page.reload();
  await page.waitForSelector(`${hook("config-failed")}[data-offline="true"]`);
  await gallery.take(page, name);
  await close();
}
