/** After sleep, background or a lost network, the page is live or shows a banner within 3 s of waking, by its own clock. */
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

/** An address of this machine that doesn't look local: the page ignores "offline" for a local server. */
const app = useApp({}, "[::ffff:127.0.0.1]");

/** Limit for a woken page to show green although it isn't live, milliseconds. */
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

/** Publishes an event for the page, and waits until the server has it. */
async function publish(text: string): Promise<void> {
  const publisher = await connectPublisher(broker.tcpUrl);
  publisher.publish(FEEDS.llm, event("llm", text));
  await publisher.flush();
  await publisher.close();
}

/** Whether the page was in this state in time after it woke, or before. */
async function inTime(what: "not-green" | "banner"): Promise<boolean> {
  const moments = await seen();
  const woke = moments.findIndex((moment) => moment.what === "woke");
  const earlier = moments.slice(0, woke).findLast((moment) => moment.what.endsWith(what.replace("not-", "")));
  if (woke >= 0 && earlier?.what === what) return true;
  const first = moments.findIndex((moment, index) => index > woke && moment.what === what);
  if (first < 0) throw new Error(`the page was never ${what} after it woke: ${JSON.stringify(moments)}`);
  return isInTime(moments, first);
}

/** Whether the page turned green in time after it woke, and stayed green. */
async function greenInTime(): Promise<boolean> {
  const moments = await seen();
  const last = moments.findLastIndex((moment) => moment.what.endsWith("green"));
  if (moments[last]?.what !== "green")
    throw new Error(`the page didn't turn green: ${JSON.stringify(moments)}`);
  return isInTime(moments, last);
}

function isInTime(moments: readonly Moment[], place: number): boolean {
  // The time is up only after the page has woken.
  if (!moments.some((moment) => moment.what === "woke"))
    throw new Error(`the page never woke: ${JSON.stringify(moments)}`);
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
  test("whose server stayed up: Chromium cuts its link, so it goes live on a new one, with a gap and no banner", async () => {
    await tab.freeze();
    await publish("while it slept");
    await tab.thaw();
    await tab.page.waitForSelector(hook("feed-llm-gap"));
    await liveAgain("after it woke");
    expect(await greenInTime()).toBe(true);
    expect((await seen()).map(({ what }) => what)).not.toContain("banner");
  });

  test("whose server was killed: never shows green, and a banner says why", async () => {
    await tab.freeze();
    await broker.kill();
    await tab.thaw();
    expect(await dashboard.banner("refused")).toContain("refused the connection");
    expect(await inTime("not-green")).toBe(true);
    expect(await inTime("banner")).toBe(true);
    await broker.restart();
    await liveAgain("after the kill");
  });

  test("whose server was killed and restarted: goes live on a new link, with a gap", async () => {
    await tab.freeze();
    await broker.kill();
    await broker.restart();
    await tab.thaw();
    await untilEqual(held, [FEED_SUBJECTS]);
    expect(await inTime("not-green")).toBe(true);
    await liveAgain("on the new link");
    await untilEqual(() => tab.page.locator(hook("feed-llm-gap")).count(), 1);
  });

  test("whose server is frozen too: notices the silence", async () => {
    await tab.freeze();
    await broker.freeze();
    await tab.thaw();
    await dashboard.banner();
    expect(await inTime("not-green")).toBe(true);
    broker.thaw();
    await liveAgain("after both thawed");
  });
});

describe("a background tab", () => {
  test("whose server stayed up: is live when it is shown again", async () => {
    await tab.hide();
    await publish("while nobody looked");
    await tab.show();
    expect(await dashboard.counts("llm", "received", 1)).toBe(1);
    await liveAgain("while it is looked at");
    expect((await seen()).map(({ what }) => what)).not.toContain("not-green");
  });

  test("whose server went silent: doesn't stay green when it is shown again", async () => {
    await tab.hide();
    await broker.freeze();
    await tab.show();
    await dashboard.banner();
    expect(await inTime("not-green")).toBe(true);
    broker.thaw();
    await liveAgain("after the silence");
  });
});

describe("a network that is lost and returns", () => {
  const network = (offline: boolean): Promise<void> => tab.page.context().setOffline(offline);

  test("and cuts the link: the page says offline, doesn't dial, and is live soon after", async () => {
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

  test("but keeps the link: the page stays live, because data still flow", async () => {
    await network(true);
    await network(false);
    await liveAgain("over the same link");
    expect((await seen()).map(({ what }) => what)).not.toContain("not-green");
  });

  test("and drops all packets: the silence is noticed when the network is back", async () => {
    await broker.freeze();
    await network(true);
    await network(false);
    await dashboard.banner();
    expect(await inTime("not-green")).toBe(true);
    broker.thaw();
    await liveAgain("after the silence");
  });
});

test("a processor twenty times slower isn't mistaken for a dead server, and a dead one is still noticed", async () => {
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
