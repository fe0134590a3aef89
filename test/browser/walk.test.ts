/** A newcomer's walk on what `npm start` shows, step by step on one page: each test begins where the one before it ended. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, FEEDS, type FeedId, hook } from "../support/page/dashboard.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startDemo } from "../support/servers/app.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const FEED_IDS = Object.keys(FEEDS) as FeedId[];

let app: App;
const browser = useBrowser();
let observed: ObservedPage;
let page: Page;
let dashboard: Dashboard;
/** How often the page has asked a server for a sign of life. */
let pings = 0;

beforeAll(async () => {
  app = await startDemo();
  observed = await browser.openPage();
  page = observed.page;
  dashboard = new Dashboard(page);
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      if (String(payload) === "PING\r\n") pings += 1;
    }),
  );
});
afterAll(() => app?.stop());

const press = (testId: string): Promise<void> => page.click(hook(testId));
const textOf = async (testId: string): Promise<string> => (await page.textContent(hook(testId))) ?? "";
const roundTripMs = async (): Promise<number> => Number(await page.getAttribute(hook("rtt"), "data-value"));

/** How many events have arrived in all feeds. */
async function received(): Promise<number> {
  const counts = await Promise.all(FEED_IDS.map((id) => dashboard.count(id, "received")));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Green, and events come again. */
async function recovered(): Promise<void> {
  await dashboard.turns("green");
  const before = await received();
  await until("the next event", async () => (await received()) > before);
  expect(await dashboard.hasBanner()).toBe(false);
}

/** Waits for a kind of entry in the timeline that says this. */
async function timelineSays(type: string, words: RegExp): Promise<void> {
  await page
    .locator(`${hook("timeline-entry")}[data-type="${type}"]`, { hasText: words })
    .first()
    .waitFor({ timeout: 30_000 });
}

/** Of how many subjects the timeline tells a gap. */
async function subjectsWithGap(): Promise<number> {
  const gaps = await page.locator(`${hook("timeline-entry")}[data-type="gap"]`).allTextContents();
  return gaps.reduce((sum, text) => sum + Number(/Gap on (\d+) subjects/.exec(text)?.[1] ?? 1), 0);
}

async function set(name: string, value: number): Promise<void> {
  await page.fill(hook(`setting-${name}`), String(value));
}

test("opens live, and says what it is", async () => {
  await dashboard.open(app.url);
  expect(await textOf("demo-tag")).toBe("Demo");
  expect(await textOf("about")).not.toBe("");
  await dashboard.turns("green");
});

test("sees data in every feed", async () => {
  for (const feed of FEED_IDS) {
    expect(await dashboard.counts(feed, "shown", 1)).toBeGreaterThan(0);
    expect(await dashboard.count(feed, "malformed")).toBe(0);
  }
});

test("changes a setting: pings come more often from now on", async () => {
  await press("open-settings");
  await set("pingIntervalMs", 500);
  await set("pongTimeoutMs", 1500);
  await press("settings-close");
  const before = pings;
  // Those that were set before come every 20 s.
  await until("a few pings", () => pings >= before + 3, 15_000);
  await press("open-demo");
});

test("kill: reads what happened, and sees it come back by itself with a gap", async () => {
  await dashboard.openTimeline();
  await press("demo-kill");
  await dashboard.reaches("reconnecting");
  await timelineSays("link-lost", /^\S+Link lost: ws:\S+ can't be reached from this browser/);
  await recovered();
  // Each feed reads in its stream what it missed; those that are through at the same time are told of together.
  await untilEqual(subjectsWithGap, 3, 30_000);
  await timelineSays("live", /recovered after/);
  await page.waitForSelector(hook("feed-llm-gap"));
});

test("freeze: noticed although the connection stays open; thawed, it recovers", async () => {
  await press("demo-freeze");
  expect(await dashboard.banner("stale")).toContain("stopped answering on an open connection");
  await press("demo-clear");
  await recovered();
});

test("refuse: reads that it is down for everyone and who can act; a shorter delay acts during the countdown", async () => {
  await press("demo-refuse");
  const banner = await dashboard.banner("refused");
  expect(banner).toContain("refused the connection: nothing listens on that port.");
  expect(banner).toContain("Start nats-server");
  expect(await textOf("banner-who")).toBe("For whoever runs NATS");
  expect(await textOf("banner-since")).toMatch(/^down for everyone, since \d+:\d\d/);
  await dashboard.turns("red");

  await press("open-settings");
  await set("reconnect.maxDelayMs", 60_000);
  await set("reconnect.baseDelayMs", 60_000);
  await dashboard.retryNow();
  const wait = await dashboard.pillSays(/Reconnecting in \d\d s/);
  await set("reconnect.maxDelayMs", 1000);
  // Long before that wait is over by itself.
  const seconds = Number(/\d\d/.exec(wait)?.[0]);
  await dashboard.pillSays(/Reconnecting in [01] s|Reconnecting… /, (seconds - 3) * 1000);
  await press("settings-reset");
  await set("pingIntervalMs", 500);
  await set("pongTimeoutMs", 1500);
  await press("open-demo");
  await press("demo-clear");
  await recovered();
});

test("reject token: reads why trying again is no use; Retry now brings it back", async () => {
  await press("demo-reject-token");
  expect(await dashboard.banner("auth-required")).toContain("wants credentials and none were sent");
  await dashboard.reaches("failed");
  // It is tried again all the same, slowly: whoever mends it needn't tell the page.
  expect(await textOf("banner-next")).toMatch(/^Next attempt in \d+ s$/);
  await press("demo-clear");
  await dashboard.retryNow();
  await recovered();
});

test("expire token: named, and reconnected", async () => {
  await press("demo-expire-token");
  await timelineSays("link-lost", /The credentials expired/);
  await recovered();
});

test("lame duck: told in advance, gone, back", async () => {
  await press("demo-lame-duck");
  await timelineSays("handover-failed", /Moving to a new link failed/);
  await timelineSays("link-lost", /./);
  await recovered();
});

test("slow: stays live, in amber, and shows the round trip; ended, it is quick again", async () => {
  await press("demo-slow");
  await until("a round trip of seconds", async () => (await roundTripMs()) >= 1000, 30_000);
  expect(await dashboard.colour()).toBe("amber");
  await press("demo-clear");
  await until("a quick round trip", async () => (await roundTripMs()) < 500, 30_000);
  await recovered();
  await press("demo-close");
});

test("finds one trace, exports it, shares the link; who opens it sees the same", async () => {
  await page
    .locator(`${hook("feed-sparc-row")} button`)
    .first()
    .click();
  await press("details-show-trace");
  const trace = await textOf("details-show-trace");
  expect(await page.locator(hook("trace-event")).count()).toBeGreaterThan(0);
  await press("trace-filter");
  await press("details-close");
  expect(await followed(page)).toBe(trace);

  // Held still, since the task goes on: the next step would be in the one file and not in the other.
  await press("feed-sparc-pause");
  const traces = await exportedTraces(page, "sparc");
  expect(new Set(traces)).toEqual(new Set([trace]));
  const [headings = "", ...lines] = (await exported(page, "sparc", "csv")).trim().split(/\r?\n/);
  expect(headings).toMatch(/^received_at,published_at,subject,/);
  // Of each task the latest event, where JSON has all of them.
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(traces.length);
  expect(lines.join()).toContain(trace);
  await press("feed-sparc-pause");

  const friend = await browser.openPage();
  const opened = new Dashboard(friend.page);
  await opened.open(page.url());
  expect(await followed(friend.page)).toBe(trace);
  await opened.turns("green");
  await publishPattern(trace, "found-by-trace");
  for (const one of [dashboard, opened]) {
    // Not the only row, perhaps: the sample publisher has patterns for running tasks' traces too.
    const found = async () => (await one.rows("propagation")).filter((row) => row.includes("found-by-trace"));
    await until("the event of this trace", async () => (await found()).length > 0);
    expect(await found()).toHaveLength(1);
    expect(new Set(await exportedTraces(one.page, "propagation"))).toEqual(new Set([trace]));
  }
  await friend.close();
});

test("saw no complaint of the page itself on the way", () => {
  // A browser says this of each dial that fails; a simulator that is down has its say with 503s of the edge.
  const expected = /WebSocket connection to|status of 503/;
  expect(observed.complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
});

const followed = (of: Page): Promise<string | null> => of.getAttribute(hook("trace"), "data-value");

/** What a feed exports as it is shown. */
async function exported(of: Page, feed: FeedId, format: "csv" | "json"): Promise<string> {
  const [download] = await Promise.all([
    of.waitForEvent("download"),
    new Dashboard(of).pressInMenu(feed, `export-${format}`),
  ]);
  expect(download.suggestedFilename()).toMatch(new RegExp(`^${feed}-.*\\.${format}$`));
  return readFile(await download.path(), "utf8");
}

/** The trace of each event that a feed exports. */
async function exportedTraces(of: Page, feed: FeedId): Promise<(string | undefined)[]> {
  const json = JSON.parse(await exported(of, feed, "json")) as {
    gap?: object;
    payload?: { trace_id: string };
  }[];
  return json.filter(({ gap }) => gap === undefined).map(({ payload }) => payload?.trace_id);
}

async function publishPattern(trace: string, pattern: string): Promise<void> {
  const [, address = ""] = /publish with any NATS client to (\S+)/.exec(app.output()) ?? [];
  const publisher = await connectPublisher(address);
  const common = { source_subsystem: "KOIOS", event_type: "pattern", timestamp: new Date().toISOString() };
  const body = { ...common, trace_id: trace, subsystem: "KOIOS", pattern, status: "Adopted" };
  publisher.publish(FEEDS.propagation, JSON.stringify(body));
  await publisher.flush();
  await publisher.close();
}
