/** Inputs that once failed on the page: one product, one browser and one page for all of them. */
import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import type { Broker } from "../support/broker.ts";
import { type ObservedPage, startBrowser, type TestBrowser } from "../support/browser.ts";
import { Dashboard, hook } from "../support/dashboard.ts";
import { webSocketClients } from "../support/monitor.ts";
import { freePorts, startNatsServer } from "../support/nats-server.ts";
import { connectPublisher } from "../support/publisher.ts";
import { untilEqual } from "../support/until.ts";
import { useApp } from "../support/use-app.ts";

const FEEDS = JSON.stringify([
  { id: "log", subject: "orders.>", payload: "json" },
  { id: "keyed", subject: "orders.>", view: "latest-by-key", key: "id", payload: "json" },
]);

const app = useApp({ FEEDS });
let broker: Broker;
let path: FaultProxy;
let browser: TestBrowser;
let observed: ObservedPage;
let dashboard: Dashboard;
let nats: NatsConnection;

beforeAll(async () => {
  const ports = await freePorts();
  broker = await startNatsServer({ ports });
  path = await FaultProxy.start({ port: app.brokerPorts.webSocket, target: ports.webSocket });
  nats = await connectPublisher(broker.tcpUrl);
  browser = await startBrowser();
  observed = await browser.openPage();
  dashboard = new Dashboard(observed.page);
  await observed.page.addInitScript(() => {
    localStorage.setItem("mycelium.tunables", JSON.stringify({ pingIntervalMs: 500, pongTimeoutMs: 5000 }));
  });
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
});
afterAll(async () => {
  await nats?.close();
  await browser?.stop();
  path?.close();
  await broker?.stop();
});

const count = async (feed: string, name: string) =>
  Number(await observed.page.getAttribute(hook(`feed-${feed}-${name}`), "data-value"));

test("two panels of one subject both have each message", async () => {
  for (const id of [1, 2, 3]) nats.publish("orders.eu", JSON.stringify({ id }));
  for (const feed of ["log", "keyed"]) {
    await untilEqual(() => count(feed, "received"), 3);
    expect(await observed.page.locator(hook(`feed-${feed}-row`)).count()).toBe(3);
  }
});

test("a link that is a second behind is amber and says so, keeps its connection, and is green again after it", async () => {
  const links = async () => webSocketClients(await broker.connz()).map(({ cid }) => cid);
  const before = await links();
  path.setPace("down", { latencyMs: 1100 });
  expect(await dashboard.pillSays(/^Slow: 1\.\d\ss behind$/)).not.toBe("");
  expect(await dashboard.colour()).toBe("amber");
  expect(await observed.page.title()).toMatch(/^◐ /);
  expect(await links()).toEqual(before);
  path.setPace("down", {});
  await dashboard.turns("green");
});
