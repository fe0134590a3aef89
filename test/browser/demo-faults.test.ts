import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type App, startApp } from "../support/app.ts";
import { type ObservedPage, startBrowser, type TestBrowser } from "../support/browser.ts";
import { Dashboard } from "../support/dashboard.ts";
import { until } from "../support/until.ts";

let app: App;
let browser: TestBrowser;
let observed: ObservedPage;
let dashboard: Dashboard;

beforeAll(async () => {
  app = await startApp();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.stop();
  await app.stop();
});

/** A page that is live with the demo panel open; pings come often, so that a frozen server is noticed soon. */
beforeEach(async () => {
  await observed?.close();
  observed = await browser.openPage();
  dashboard = new Dashboard(observed.page);
  await dashboard.open(app.url);
  await press("open-settings");
  await observed.page.fill('[data-testid="setting-pingIntervalMs"]', "500");
  await observed.page.fill('[data-testid="setting-pongTimeoutMs"]', "1500");
  await press("settings-close");
  await dashboard.toggle();
  await dashboard.turns("green");
  await press("open-demo");
});

const press = (testId: string): Promise<void> => observed.page.click(`[data-testid="${testId}"]`);

/** How many events have arrived in all feeds. */
async function received(): Promise<number> {
  const counts = await Promise.all(
    (["sparc", "llm", "propagation"] as const).map((id) => dashboard.count(id, "received")),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Green, and events come again. */
async function recovered(): Promise<void> {
  await dashboard.turns("green", 30_000);
  const before = await received();
  await until("the next event", async () => (await received()) > before);
  expect(await dashboard.hasBanner()).toBe(false);
}

const timelineHas = (type: string): Promise<unknown> =>
  observed.page.waitForSelector(`[data-testid="timeline-entry"][data-type="${type}"]`, { timeout: 30_000 });

test("kill: reconnects by itself once the server is back", async () => {
  await press("demo-kill");
  await dashboard.reaches("reconnecting");
  await timelineHas("link-lost");
  await recovered();
  await timelineHas("gap");
});

test("freeze: noticed although the connection stays open; thawed, it recovers", async () => {
  await press("demo-freeze");
  await dashboard.reaches("reconnecting", 30_000);
  await press("demo-clear");
  await recovered();
});

test("refuse: red with the edge's reason until it is ended", async () => {
  await press("demo-refuse");
  expect(await dashboard.banner("refused", 30_000)).toMatch(/refused/);
  await dashboard.turns("red");
  await press("demo-clear");
  await recovered();
});

test("reject token: not retried, for nothing would change; Retry now brings it back", async () => {
  await press("demo-reject-token");
  await dashboard.banner("auth-required", 30_000);
  await dashboard.reaches("failed");
  await press("demo-clear");
  await dashboard.retryNow();
  await recovered();
});

test("expire token: named, and reconnected", async () => {
  await press("demo-expire-token");
  await timelineHas("link-lost");
  expect(await observed.page.textContent('[data-testid="timeline-entry"][data-type="link-lost"]')).toMatch(
    /expired/,
  );
  await recovered();
});

test("lame duck: told in advance, gone, back", async () => {
  await press("demo-lame-duck");
  await timelineHas("handover-failed");
  await timelineHas("link-lost");
  await recovered();
});

test("slow: stays live and shows the round trip; ended, it is quick again", async () => {
  const roundTripMs = async (): Promise<number> =>
    Number(await observed.page.getAttribute('[data-testid="rtt"]', "data-value"));
  await press("demo-slow");
  await until("a round trip of seconds", async () => (await roundTripMs()) >= 1000, 30_000);
  expect(await dashboard.colour()).toBe("green");
  await press("demo-clear");
  await until("a quick round trip", async () => (await roundTripMs()) < 500, 30_000);
  await recovered();
});
