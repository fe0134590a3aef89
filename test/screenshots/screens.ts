/** The page's screens while all is well, on `npm start`'s own simulator and sample events. */
import type { Page } from "playwright-core";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { TestBrowser } from "../support/page/browser.ts";
import { Dashboard, FEEDS, type FeedId, hook } from "../support/page/dashboard.ts";
import { openSheet } from "../support/page/sheets.ts";
import type { App } from "../support/servers/app.ts";
import type { Gallery } from "./gallery.ts";

/** Enough for each feed to look as it does after a while. */
const EVENTS_EACH = 8;

/** Sheets that need nothing but to be opened. */
const SHEETS = ["demo", "stream", "charts", "connection", "settings", "help"] as const;

/** How the screens' names begin. */
const NAMES = ["off", "live", "sheet", "paused", "details", "malformed", "filtered"] as const;

const FEED_IDS = Object.keys(FEEDS) as FeedId[];

/** Waits until every feed has its fill. */
export async function allFeedsFilled(dashboard: Dashboard): Promise<void> {
  for (const feed of FEED_IDS) await dashboard.counts(feed, "received", EVENTS_EACH, 60_000);
}

/** Takes them all, on one page. */
export async function takeScreens(gallery: Gallery, browser: TestBrowser, app: App): Promise<void> {
  if (!NAMES.some((name) => gallery.wants(name))) return;
  const { page, close } = await browser.openPage();
  const dashboard = new Dashboard(page);
  await dashboard.open(app.url);
  await gallery.take(page, "off");
  await gallery.take(page, "off-whole", "page");
  await dashboard.switchOn();
  await dashboard.turns("green");
  await allFeedsFilled(dashboard);
  await gallery.take(page, "live");
  await gallery.take(page, "live-whole", "page");
  for (const sheet of SHEETS) {
    await openSheet(page, sheet);
    await page.waitForSelector(hook(sheet));
    await gallery.take(page, `sheet-${sheet}`);
    if (sheet === "connection") await takeEndOf(gallery, page, sheet);
    if (sheet === "settings") await takeInvalidSetting(gallery, page);
    await page.click(hook(`${sheet}-close`));
  }
  await takeFeeds(gallery, page, dashboard, app);
  await close();
}

/** What a sheet shows to who scrolls down. */
async function takeEndOf(gallery: Gallery, page: Page, sheet: string): Promise<void> {
  await page.locator(hook(sheet)).evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await gallery.take(page, `sheet-${sheet}-end`);
}

async function takeInvalidSetting(gallery: Gallery, page: Page): Promise<void> {
  await page.fill(hook("setting-connectTimeoutMs"), "0");
  await gallery.take(page, "sheet-settings-invalid");
  await page.click(hook("settings-reset"));
}

async function takeFeeds(gallery: Gallery, page: Page, dashboard: Dashboard, app: App): Promise<void> {
  const open = async (selector: string, name: string): Promise<void> => {
    await page.locator(selector).first().click();
    await page.waitForSelector(hook("details"));
    await gallery.take(page, name);
  };
  for (const feed of FEED_IDS) await page.click(hook(`feed-${feed}-pause`));
  await dashboard.counts("sparc", "received", (await dashboard.count("sparc", "received")) + 3, 30_000);
  await gallery.take(page, "paused");

  for (const feed of FEED_IDS) await open(`${hook(`feed-${feed}-row`)} button`, `details-${feed}`);
  await page.click(hook("details-show-trace"));
  await gallery.take(page, "details-trace");
  await page.click(hook("details-close"));

  for (const feed of FEED_IDS) await page.click(hook(`feed-${feed}-pause`));
  const publisher = await connectPublisher(/NATS client to (\S+)/.exec(app.output())?.[1] ?? "");
  publisher.publish(FEEDS.llm, '{"user": "ana", "model": ');
  publisher.publish(FEEDS.sparc, JSON.stringify({ id: 7, type: "sparc_analyze", status: "done" }));
  await publisher.flush();
  await publisher.close();
  await dashboard.counts("sparc", "malformed", 1);
  await page.fill(hook("feed-llm-filter"), "Malformed");
  await page.fill(hook("feed-llm-filter"), "");
  for (const feed of FEED_IDS) await page.click(hook(`feed-${feed}-pause`));
  await gallery.take(page, "malformed");
  await open(`${hook("feed-llm-row")}[data-kind="malformed"] button`, "details-malformed");
  await page.click(hook("details-close"));

  await page.fill(hook("feed-llm-filter"), "outbox");
  await page.fill(hook("feed-sparc-filter"), "completed");
  await page.fill(hook("feed-propagation-filter"), "nothing has this");
  await gallery.take(page, "filtered");
}
