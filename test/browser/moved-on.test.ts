/** Changes at NATS or in the worker while a page is open: the page explains them, and says who can do what. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker, BrokerPorts } from "../support/servers/broker.ts";
import { freePorts, startNatsServer } from "../support/servers/nats-server.ts";
import { freePort } from "../support/tools/ports.ts";

const browser = useBrowser();
let ports: BrokerPorts;
let port: string;
let broker: Broker;
let app: App;
let dashboard: Dashboard;

/** Starts the worker, each time at the same address. */
const startWorker = (webSocketPort: number) =>
  startApp({
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    NATS_URL: `ws://127.0.0.1:${webSocketPort}`,
  });

beforeAll(async () => {
  ports = await freePorts();
  port = String(await freePort());
  app = await startWorker(ports.webSocket);
});
beforeEach(async () => {
  broker = await startNatsServer({ ports });
  dashboard = new Dashboard((await browser.openPage()).page);
  await dashboard.open(`http://127.0.0.1:${port}`);
  await dashboard.switchOn();
  await dashboard.turns("green");
  return async () => {
    await dashboard.page.close();
    await broker.stop();
  };
});
afterAll(() => app?.stop());

/** Waits for a banner of this kind, and returns its text and who must act. */
async function explained(
  explanation: string,
): Promise<{ readonly text: string; readonly who: string | null }> {
  const banner = await dashboard.page.waitForSelector(`${hook("banner")}[data-explanation="${explanation}"]`);
  const who = await dashboard.page.getAttribute(hook("banner-who"), "data-who");
  return { text: (await banner.textContent()) ?? "", who };
}

test("a server restarted with other origins in `allowed_origins`: the page says that the server refuses it, and that NATS's operator must act", async () => {
  await broker.stop();
  broker = await startNatsServer({
    ports,
    webSocketConfig: 'allowed_origins: ["https://elsewhere.example"]',
  });
  const { text, who } = await explained("origin-refused");
  expect(who).toBe("operator");
  expect(text).toContain("refuses this page: its allowed_origins doesn't list the page's address.");
  expect(text).toContain("Add this page's address");
  await broker.stop();
  broker = await startNatsServer({
    ports,
    webSocketConfig: `allowed_origins: ["http://127.0.0.1:${port}"]`,
  });
  await dashboard.turns("green");
  expect(await dashboard.hasBanner()).toBe(false);
});

test("if the worker's server has changed since the page opened, the page asks for a reload, which connects to the new server", async () => {
  const { page } = dashboard;
  const others = await freePorts();
  const other = await startNatsServer({ ports: others });
  await app.stop();
  app = await startWorker(others.webSocket);
  await broker.kill();
  const { text, who } = await explained("new-configuration");
  expect(who).toBe("viewer");
  expect(text).toContain("This page's configuration is out of date");
  expect(text).toContain("Reload the page.");
  await Promise.all([page.waitForEvent("load"), page.click(hook("banner-retry"))]);
  await dashboard.turns("green");
  expect(await dashboard.hasBanner()).toBe(false);
  await page.close();
  await other.stop();
});
