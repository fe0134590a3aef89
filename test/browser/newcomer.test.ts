/** A newcomer with a link to a public board. Each test continues where the previous one ended. */
import type { NatsConnection } from "@nats-io/transport-node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { closeSheet, openSheet, textAt } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream, lastSequenceOf } from "../support/servers/stream.ts";
import { useApp } from "../support/servers/use-app.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const ORDERS = 30;
const app = useApp({
  FEEDS: JSON.stringify([{ id: "orders", subject: "shop.orders", stream: "ORDERS" }]),
  LIVE: "on",
  ABOUT: "What the shop sells, as it happens",
});

let broker: Broker;
const browser = useBrowser();
let observed: ObservedPage;
let page: Page;
let nats: NatsConnection;

beforeAll(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts, jetStream: true });
  nats = await connectPublisher(broker.tcpUrl);
  await createStream(nats, "ORDERS", ["shop.orders"], { allow_direct: true });
  for (let id = 1; id <= ORDERS; id += 1)
    nats.publish("shop.orders", JSON.stringify({ id, total: id * 1.5 }));
  await untilEqual(() => lastSequenceOf(nats, "ORDERS"), ORDERS);
  observed = await browser.openPage();
  page = observed.page;
  await listenForBells(page);
});
afterAll(async () => {
  await nats?.close();
  await broker?.stop();
});

/** Counts the tones that the page plays, and records when the last began. */
async function listenForBells(on: Page): Promise<void> {
  await on.addInitScript(() => {
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
      const { dataset } = document.documentElement;
      dataset.rung = String(Number(dataset.rung ?? 0) + 1);
      dataset.rungAtMs = String(performance.now());
      start.call(this, at);
    };
  });
}

/** Allows notifications, which headless browsers don't show, and records their texts. */
async function noteNotifications(on: Page): Promise<void> {
  await on.addInitScript(() => {
    class Noted {
      static readonly permission = "granted";
      static async requestPermission() {
        return Noted.permission;
      }
      constructor(title: string, { body }: NotificationOptions) {
        document.documentElement.dataset.notified = `${title}: ${body}`;
      }
    }
    Object.assign(globalThis, { Notification: Noted });
  });
}

const heat = (t: number) =>
  nats.publish("iot.pump.heat", JSON.stringify({ t, state: t > 80 ? "hot" : "fine" }));
const panels = (of: Page) => of.$$eval(".feed", (all) => all.map((one) => one.getAttribute("data-testid")));

test("opens a public board: live without a click, with history, and a sentence that describes it", async () => {
  const dashboard = new Dashboard(page);
  await dashboard.open(app.url);
  await dashboard.turns("green");
  expect(await textAt(page, "about")).toBe("What the shop sells, as it happens");
  await until("what was before", async () => (await textAt(page, "feed-orders-received")) === String(ORDERS));
});

test("opens an unconfigured subject and a message, and compares the message with the previous one", async () => {
  await openSheet(page, "stream");
  await page.fill(hook("stream-subject"), "iot.*.heat");
  await page.click(hook("stream-listen"));
  await until("it is heard", async () => {
    heat(20);
    return (await page.locator(hook("feed-stream-row")).count()) > 0;
  });
  // A value that can't be part of a time; earlier values may still be in transit.
  heat(20.0625);
  const newest = page.locator(hook("feed-stream-row")).first();
  await until("the next", async () => (await newest.textContent())?.includes("20.0625"));
  await page
    .locator(`${hook("feed-stream-row")} button`)
    .first()
    .click();
  await page.waitForSelector(hook("details"));
  expect(await textAt(page, "details-json")).toContain('"t": 20.0625');
  expect(await textAt(page, "details-changes")).toBe("t2020.0625");
  await closeSheet(page);
});

test("makes a panel with an alert, and a chart", async () => {
  await openSheet(page, "stream");
  expect(await page.inputValue(hook("stream-subject"))).toBe("iot.*.heat");
  await page.click(hook("stream-panel"));
  await page.fill(hook("panel-title"), "Heat");
  await page.fill(hook("panel-alert"), "t>80");
  await page.click(hook("panel-make"));
  await page.waitForSelector(hook("feed-iot-heat"));
  await openSheet(page, "panel");
  await page.fill(hook("panel-subject"), "iot.*.heat");
  await page.selectOption(hook("panel-view"), "chart");
  await page.fill(hook("panel-key"), "$subject[1]");
  await page.click(hook("panel-make"));
  await page.waitForSelector(hook("feed-iot-heat-2"));
  await until("its line", async () => {
    heat(30);
    const drawn = page.locator(hook("feed-iot-heat-2-chart"));
    return (await drawn.count()) > 0 && (await drawn.getAttribute("aria-label")) === "pump: 30";
  });
});

test("shares the link: another reader sees the same, live; the alert starts for both, and ends by itself", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.click(hook("open-alerts"));
  // This browser never allows it.
  for (let times = 1; times <= 2; times += 1) {
    await page.click(hook("alerts-notify"));
    await until("it is refused", async () => (await textAt(page, "alerts")).includes("blocks notifications"));
    expect(await page.isChecked(hook("alerts-notify"))).toBe(false);
  }
  await page.check(hook("alerts-sound"));
  await closeSheet(page);
  await page.click(hook("menu"));
  await page.click(hook("share"));
  // Playwright's `waitForFunction` doesn't wait for a promise.
  const link = await until("the link", async () => {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    return text.startsWith("http") ? text : "";
  });
  const friend = await browser.openPage();
  await listenForBells(friend.page);
  await noteNotifications(friend.page);
  const opened = new Dashboard(friend.page);
  await opened.open(link);
  await opened.turns("green");
  await untilEqual(() => panels(friend.page), await panels(page));
  expect(await panels(page)).toEqual(["feed-orders", "feed-iot-heat", "feed-iot-heat-2"]);

  await until("the friend hears it too", async () => {
    heat(30);
    return (await friend.page.locator(hook("feed-iot-heat-row")).count()) > 0;
  });
  await friend.page.click(hook("open-alerts"));
  await friend.page.check(hook("alerts-sound"));
  await friend.page.check(hook("alerts-notify"));
  await closeSheet(friend.page);
  const both = [page, friend.page];
  const rung = (at: Page) => at.evaluate(() => Number(document.documentElement.dataset.rung ?? 0));
  // Choosing the sound plays it once: two tones.
  for (const one of both) await untilEqual(() => rung(one), 2);
  // An alert that starts while the sound plays doesn't play it again.
  const isOver = async () => {
    const { held = [] } = await navigator.locks.query();
    const hasPassed = performance.now() - Number(document.documentElement.dataset.rungAtMs) > 1000;
    return hasPassed && !held.some(({ name }) => name === "mycelium bell");
  };
  for (const one of both) await until("the sound is over", () => one.evaluate(isOver));
  heat(95);
  for (const one of both) {
    await one.waitForSelector(hook("feed-iot-heat-alert"));
    expect(await textAt(one, "feed-iot-heat-alert")).toContain("t>80");
    expect(await one.title()).toMatch(/^\(1\) /);
    await untilEqual(() => rung(one), 4);
  }
  await untilEqual(
    () => friend.page.evaluate(() => document.documentElement.dataset.notified),
    "Heat: Matches t>80: iot.pump.heat",
  );
  // A single match is an alert for a minute, which the test skips by the clock.
  for (const one of both) {
    await one.evaluate(() => {
      const real = Date.now;
      Date.now = () => real() + 61_000;
    });
    await one.waitForSelector(hook("feed-iot-heat-alert"), { state: "detached" });
    expect(await one.title()).not.toMatch(/^\(/);
    expect(await rung(one)).toBe(4);
  }
  expect([...observed.complaints, ...friend.complaints]).toEqual([]);
  await friend.close();
});
