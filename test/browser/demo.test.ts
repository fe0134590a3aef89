import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, FEEDS, type FeedId } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startDemo } from "../support/servers/app.ts";
import { until } from "../support/tools/until.ts";

/** Events per feed from the start, which live events alone would reach only after minutes. */
const HISTORY = 80;

let app: App;
const browser = useBrowser();
let observed: ObservedPage;

beforeAll(async () => {
  app = await startDemo();
  observed = await browser.openPage();
});
afterAll(() => app.stop());

test("`npm start` alone shows live events and their history in every feed, and accepts those of any NATS client", async () => {
  const dashboard = new Dashboard(observed.page);
  await dashboard.open(app.url);
  await dashboard.turns("green");
  for (const feed of Object.keys(FEEDS) as FeedId[]) {
    expect(await dashboard.counts(feed, "shown", HISTORY)).toBeGreaterThanOrEqual(HISTORY);
    expect(await dashboard.count(feed, "malformed")).toBe(0);
  }

  const [, address = ""] = /publish with any NATS client to (\S+)/.exec(app.output()) ?? [];
  const publisher = await connectPublisher(address);
  publisher.publish(FEEDS.propagation, event("propagation", "from another client"));
  await publisher.flush();
  await publisher.close();
  await until("its row", async () =>
    (await dashboard.rows("propagation")).join().includes("from another client"),
  );
  expect(observed.complaints).toEqual([]);
});
