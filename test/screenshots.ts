/** `npm run screenshots`: the pictures in docs/, taken of the real page on real events. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startPublisher } from "../dev/publisher.ts";
import { startApp } from "./support/app.ts";
import { startBrowser, type TestBrowser } from "./support/browser.ts";
import { Dashboard, FEEDS, type FeedId } from "./support/dashboard.ts";
import { startNatsServer } from "./support/nats-server.ts";
import { ROOT } from "./support/tools/cache.ts";

const FOLDER = join(ROOT, "docs");
/** Enough for each feed to look as it does after a while. */
const EVENTS_EACH = 8;

await mkdir(FOLDER, { recursive: true });
const browser = await startBrowser();
try {
  await takeLive(browser);
  await takeFailure(browser);
} finally {
  await browser.stop();
}

/** The page as `npm start` shows it: the simulator and its sample events. */
async function takeLive({ openPage }: TestBrowser): Promise<void> {
  const app = await startApp();
  const { page } = await openPage();
  const dashboard = new Dashboard(page);
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  await allFeedsFilled(dashboard);
  await page.screenshot({ path: join(FOLDER, "live.png") });
  await app.stop();
}

/** The page when its server has been killed. */
async function takeFailure({ openPage }: TestBrowser): Promise<void> {
  const broker = await startNatsServer();
  const app = await startApp({ NATS_URL: broker.webSocketUrl });
  const { page } = await openPage();
  await page.emulateMedia({ colorScheme: "dark" });
  const dashboard = new Dashboard(page);
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  const publisher = await startPublisher(broker.tcpUrl, { everyMs: 100 });
  await allFeedsFilled(dashboard);
  await publisher.stop();
  await broker.kill();
  await dashboard.banner("refused");
  await page.screenshot({ path: join(FOLDER, "failure.png") });
  await app.stop();
  await broker.stop();
}

async function allFeedsFilled(dashboard: Dashboard): Promise<void> {
  for (const feed of Object.keys(FEEDS) as FeedId[]) {
    await dashboard.counts(feed, "received", EVENTS_EACH, 60_000);
  }
}
