/** Sleep, background and networks: after each, live again or an honest banner within 3 s of waking, by the page's own clock. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { Dashboard, FEED_SUBJECTS, FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { startTabBrowser, type Tab, type TabBrowser } from "../support/page/tab.ts";
import { type Moment, watchPage } from "../support/page/watch-page.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { untilEqual } from "../support/tools/until.ts";

/** Of this machine, though its name doesn't say so: a page believes no offline device whose server is on it. */
const app = useApp({}, "[::ffff:127.0.0.1]");

/** The longest that a woken page may say that it is live when it isn't, milliseconds. */
const HONEST_WITHIN_MS = 3000;

let browser: TabBrowser;
let broker: Broker;
let tab: Tab;
let dashboard: Dashboard;
let seen: () => Promise<readonly Moment[]>;

beforeAll(async () => {
  browser = await startTabBrowser();
});
afterAll(() => browser.stop());
beforeEach(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts });
  tab = await browser.open();
  dashboard = new Dashboard(tab.page);
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  await untilEqual(held, [FEED_SUBJECTS]);
  seen = await watchPage(tab.page, HONEST_WITHIN_MS);
});
afterEach(async () => {
  await tab.close();
  await broker.stop();
});

async function held(): Promise<(readonly string[])[]> {
  return webSocketClients(await broker.connz()).map((one) => [...(one.subscriptions_list ?? [])].sort());
}

/** Publishes an event that the page is to show. */
async function publish(text: string): Promise<void> {
  const publisher = await connectPublisher(broker.tcpUrl);
  publisher.publish(FEEDS.llm, event("llm", text));
  await publisher.flush();
  await publisher.close();
}

/** Whether the page was so in time after it woke, or already. */
async function inTime(what: "not-green" | "banner"): Promise<boolean> {
  const moments = await seen();
  const woke = moments.findIndex((moment) => moment.what === "woke");
  const earlier = moments.slice(0, woke).findLast((moment) => moment.what.endsWith(what.replace("not-", "")));
  if (woke >= 0 && earlier?.what === what) return true;
  const first = moments.findIndex((moment, index) => index > woke && moment.what === what);
  if (first < 0) throw new Error(`not ${what} once woken: ${JSON.stringify(moments)}`);
  return isInTime(moments, first);
}

/** Whether the page was green for good in time after it woke. */
async function greenInTime(): Promise<boolean> {
  const moments = await seen();
  const last = moments.findLastIndex((moment) => moment.what.endsWith("green"));
  if (moments[last]?.what !== "green") throw new Error(`not green: ${JSON.stringify(moments)}`);
  return isInTime(moments, last);
}

function isInTime(moments: readonly Moment[], place: number): boolean {
  // Whose page never woke has no time that could be up.
  if (!moments.some((moment) => moment.what === "woke"))
    throw new Error(`not woken: ${JSON.stringify(moments)}`);
  const up = moments.findIndex((moment) => moment.what === "time-is-up");
  return up < 0 || place < up;
}

/** Green for good: the server holds what the page wants, and an event arrives. */
async function liveAgain(text: string): Promise<void> {
  await dashboard.turns("green");
  await untilEqual(held, [FEED_SUBJECTS]);
  const before = await dashboard.count("llm", "received");
  await publish(text);
  expect(await dashboard.counts("llm", "received", before + 1)).toBe(before + 1);
  expect(await dashboard.hasBanner()).toBe(false);
  expect(await dashboard.loads()).toBe(1);
}

describe("a frozen tab", () => {
  test("whose server stayed: Chromium cuts its link, so it is live on another, with the gap told and no banner", async () => {
    await tab.freeze();
    await publish("while it slept");
    await tab.thaw();
    await tab.page.waitForSelector(hook("feed-llm-gap"));
    await liveAgain("after it woke");
    expect(await greenInTime()).toBe(true);
    expect((await seen()).map(({ what }) => what)).not.toContain("banner");
  });

  test("whose server was killed: no green lie, and a banner that says why", async () => {
    await tab.freeze();
    await broker.kill();
    await tab.thaw();
    expect(await dashboard.banner("refused")).toContain("refused the connection");
    expect(await inTime("not-green")).toBe(true);
    expect(await inTime("banner")).toBe(true);
    await broker.restart();
    await liveAgain("after the kill");
  });

  test("whose server was killed and came back: live on a new link, with a gap", async () => {
    await tab.freeze();
    await broker.kill();
    await broker.restart();
    await tab.thaw();
    await untilEqual(held, [FEED_SUBJECTS]);
    expect(await inTime("not-green")).toBe(true);
    await liveAgain("on the new link");
    expect(await tab.page.locator(hook("feed-llm-gap")).count()).toBe(1);
  });

  test("whose server has frozen too: the silence is noticed", async () => {
    await tab.freeze();
    await broker.freeze();
    await tab.thaw();
    await dashboard.banner();
    expect(await inTime("not-green")).toBe(true);
    broker.thaw();
    await liveAgain("after both thawed");
  });
});

describe("a tab in the background", () => {
  test("whose server stayed: live when it is looked at again", async () => {
    await tab.hide();
    await publish("while nobody looked");
    await tab.show();
    expect(await dashboard.counts("llm", "received", 1)).toBe(1);
    await liveAgain("while it is looked at");
    expect((await seen()).map(({ what }) => what)).not.toContain("not-green");
  });

  test("whose server fell silent: no green lie once it is looked at", async () => {
    await tab.hide();
    await broker.freeze();
    await tab.show();
    await dashboard.banner();
    expect(await inTime("not-green")).toBe(true);
    broker.thaw();
    await liveAgain("after the silence");
  });
});

describe("a network that goes and comes", () => {
  const network = (offline: boolean): Promise<void> => tab.page.context().setOffline(offline);

  test("that takes the link with it: offline is said, nothing is dialled, and it is live soon after", async () => {
    await network(true);
    await broker.kill();
    expect(await dashboard.banner("offline")).toContain("This device is offline.");
    expect(await dashboard.pillText()).toBe("Waiting for the network");
    await broker.restart();
    expect(await held()).toEqual([]);
    await network(false);
    await liveAgain("after the network came back");
    expect(await greenInTime()).toBe(true);
  });

  test("that leaves the link alone: still live, for data still flow", async () => {
    await network(true);
    await network(false);
    await liveAgain("over the same link");
    expect((await seen()).map(({ what }) => what)).not.toContain("not-green");
  });

  test("that swallows everything: the silence is noticed when the network is back", async () => {
    await broker.freeze();
    await network(true);
    await network(false);
    await dashboard.banner();
    expect(await inTime("not-green")).toBe(true);
    broker.thaw();
    await liveAgain("after the silence");
  });
});

test("a processor that is twenty times slower: never taken for a dead server, and a dead one is still noticed", async () => {
  await tab.slowDown(20);
  await publish("slowly");
  expect(await dashboard.counts("llm", "received", 1)).toBe(1);
  expect((await seen()).map(({ what }) => what)).not.toContain("not-green");
  await broker.kill();
  await dashboard.banner();
  await broker.restart();
  await tab.slowDown(1);
  await liveAgain("at full speed");
});
