import { readFile } from "node:fs/promises";
import { encode } from "@msgpack/msgpack";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** The board of a company that nobody here knows. */
const FEEDS = JSON.stringify([
  "shop.>",
  { subject: "logs.*", title: "Logs" },
  { subject: "packed.>", id: "packed" },
  {
    id: "heat",
    subject: "iot.*.heat",
    view: "chart",
    key: "$subject[1]",
    columns: [{ field: "t", title: "Temperature", unit: "°C", tones: [{ when: ">80", tone: "bad" }] }],
    alerts: [{ field: "t", when: ">80", title: "Too hot" }],
  },
  {
    id: "power",
    subject: "iot.*.heat",
    view: "value",
    key: "$subject[1]",
    columns: [{ field: "w", title: "Power", format: "number", digits: 1, unit: "W" }],
  },
  {
    id: "orders",
    subject: "shop.orders",
    view: "latest-by-key",
    key: "meta.id",
    columns: [
      { field: "meta.id", title: "Id" },
      { field: "price", title: "Price" },
    ],
  },
]);

const app = useApp({ FEEDS });
let broker: Broker;
const browser = useBrowser();
let observed: ObservedPage;
let nats: NatsConnection;

beforeAll(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts });
  observed = await browser.openPage();
  const dashboard = new Dashboard(observed.page);
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  nats = await connectPublisher(broker.tcpUrl);
});
afterAll(async () => {
  await nats?.close();
  await broker?.stop();
});

const textOf = async (testId: string) => (await observed.page.textContent(hook(testId))) ?? "";
const count = async (feed: string, name: string) =>
  Number(await observed.page.getAttribute(hook(`feed-${feed}-${name}`), "data-value"));

describe("a board of feeds that nobody has described", () => {
  test("orders, lines of a log and MessagePack are events, each readable, and none is malformed", async () => {
    nats.publish(
      "shop.orders",
      '{"meta":{"id":9223372036854775801},"price":1.10,"customer":{"name":"דנה 😀"}}',
    );
    nats.publish(
      "shop.orders",
      '{"meta":{"id":9223372036854775802},"price":2.50,"customer":{"name":"José"}}',
    );
    nats.publish("logs.web", "2026-11-25 INFO started");
    nats.publish("packed.a", encode({ device: "pump", level: 7 }));
    await untilEqual(() => count("packed", "received"), 1);
    await until("all are laid out", async () => /pump/.test(await textOf("feed-packed")));
    expect(await textOf("feed-shop")).toContain("דנה 😀");
    expect(await textOf("feed-logs")).toContain("INFO started");
    for (const feed of ["shop", "logs", "packed", "orders"]) expect(await count(feed, "malformed")).toBe(0);
  });

  test("two 64-bit ids are two rows, with the digits that were sent", async () => {
    await until("both rows", async () => /9223372036854775801/.test(await textOf("feed-orders")));
    const text = await textOf("feed-orders");
    for (const digits of ["9223372036854775802", "1.10", "2.50"]) expect(text).toContain(digits);
  });

  test("an export has the digits, every header's values, and opens on a double click", async () => {
    const { page } = observed;
    const exported = async (format: string) => {
      await page.click(hook("feed-orders-menu"));
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.click(hook(`feed-orders-export-${format}`)),
      ]);
      return readFile(await file.path(), "utf8");
    };
    const csv = await exported("csv");
    expect(csv.codePointAt(0)).toBe(0xfeff);
    expect(csv).toContain(",9223372036854775802,2.50,");
    const lines = (await exported("jsonl")).trim().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('"payload":{"meta":{"id":9223372036854775802},"price":2.50');
  });
});

test("numbers are drawn by device and shown large; beyond a threshold an alert begins and ends by itself", async () => {
  const { page, complaints } = observed;
  nats.publish("iot.a.heat", '{"t":21.5,"w":100}');
  nats.publish("iot.b.heat", '{"t":22,"w":7.25}');
  const summary = () => page.getAttribute(hook("feed-heat-chart"), "aria-label");
  await page.waitForSelector(hook("feed-heat-chart"));
  await untilEqual(async () => (await summary())?.replaceAll("\u00a0", " "), "a: 21.5 °C, b: 22 °C");
  await until("the values", async () => /7\.3/.test(await textOf("feed-power-values")));
  expect((await textOf("feed-power-values")).replaceAll("\u00a0", " ")).toContain("100.0 W");
  expect(await page.locator(hook("feed-heat-alert")).count()).toBe(0);
  nats.publish("iot.b.heat", '{"t":81,"w":8}');
  await page.waitForSelector(hook("feed-heat-alert"));
  expect(await textOf("feed-heat-alert")).toContain("Too hot: b, 81");
  expect(await page.title()).toMatch(/^\(1\) /);
  nats.publish("iot.b.heat", '{"t":60,"w":8}');
  await page.waitForSelector(hook("feed-heat-alert"), { state: "detached" });
  expect(await page.title()).not.toMatch(/^\(1\) /);
  expect(complaints).toEqual([]);
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT, fullPage: true });
});
