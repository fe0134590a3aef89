import { afterEach, beforeEach, expect, test } from "vitest";
import { Dashboard } from "../support/page/dashboard.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker, BrokerPorts } from "../support/servers/broker.ts";
import { freePorts, startNatsServer } from "../support/servers/nats-server.ts";

const browser = useBrowser();
let ports: BrokerPorts;
let app: App;
let broker: Broker;

// Each test needs a new server: the worker remembers an address's result for ten minutes.
beforeEach(async () => {
  ports = await freePorts();
  app = await startApp({ NATS_URL: `ws://127.0.0.1:${ports.webSocket}` });
  return () => app.stop();
});
afterEach(() => broker?.stop());

/** Opens the page at an address and switches live data on, with a server that allows only `allowed`. */
async function openAt(address: string, allowed: string): Promise<Dashboard> {
  const webSocketConfig = `allowed_origins: ["${allowed}"]`;
  broker = await startNatsServer({ ports, webSocketConfig });
  const dashboard = new Dashboard((await browser.openPage()).page);
  await dashboard.open(address);
  await dashboard.toggle();
  return dashboard;
}

test.each([
  ["another host", () => "https://other.example"],
  ["another port", () => "http://127.0.0.1:1"],
])(
  "allowed_origins with %s: the page names it, for the operator, and health warns",
  async (_which, allowed) => {
    const dashboard = await openAt(app.url, allowed());
    const banner = await dashboard.banner("upgrade-rejected");
    expect(banner).toContain("its allowed_origins doesn't list the page's address");
    expect(banner).toContain("For the NATS operator");
    expect(await (await fetch(`${app.url}/readyz`)).json()).toMatchObject({ status: "warn" });
  },
);

test("allowed_origins with the page's host over https only: the page over http says so, instead of blaming the network", async () => {
  const dashboard = await openAt(app.url, app.url.replace("http:", "https:"));
  expect(await dashboard.banner("upgrade-rejected")).toContain(
    "its allowed_origins doesn't list the page's address",
  );
});

test("allowed_origins with one of the page's two addresses: /readyz passes, and the page at the other address says why it is refused", async () => {
  const dashboard = await openAt(app.url, app.url);
  await dashboard.turns("green");
  const elsewhere = new Dashboard((await browser.openPage()).page);
  await elsewhere.open(app.url.replace("127.0.0.1", "localhost"));
  await elsewhere.toggle();
  expect(await elsewhere.banner("upgrade-rejected")).toContain(
    "its allowed_origins doesn't list the page's address",
  );
  expect(await (await fetch(`${app.url}/readyz`)).json()).toMatchObject({ status: "pass" });
});
