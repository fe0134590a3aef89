/** The pictures of README.md. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startPublisher } from "../../dev/publisher.ts";
import { startSimulator } from "../../simulator/index.ts";
import { Dashboard, FEEDS, type FeedId } from "../support/page/dashboard.ts";
import { resize } from "../support/page/resize.ts";
import { ROOT } from "../support/tools/cache.ts";
import type { Stage } from "./stage.ts";

const FOLDER = join(ROOT, "docs");

/** Enough that each feed looks as it does after some use. */
const EVENTS_EACH = 8;

/** Waits until every feed has received enough live events for its rate and chart. */
async function allFeedsFilled(dashboard: Dashboard): Promise<void> {
  for (const feed of Object.keys(FEEDS) as FeedId[]) {
    const history = await dashboard.count(feed, "received");
    await dashboard.counts(feed, "received", history + EVENTS_EACH, 60_000);
  }
}

/** Takes the pictures of README.md. */
export async function takeDocs(stage: Stage, demoUrl: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await takeLive(stage, demoUrl);
  await takeFailure(stage);
}

/** The page of `npm start`, on a wide screen and on a phone. */
async function takeLive({ browser }: Stage, demoUrl: string): Promise<void> {
  const { page, close } = await browser.openPage();
  const dashboard = new Dashboard(page);
  await dashboard.open(demoUrl);
  await dashboard.switchOn();
  await dashboard.turns("green");
  await allFeedsFilled(dashboard);
  await page.screenshot({ path: join(FOLDER, "live.png") });
  await resize(page, 360, 780);
  await page.screenshot({ path: join(FOLDER, "narrow.png") });
  await close();
}

/** The page after its server was killed. */
async function takeFailure({ browser, appUrl, port }: Stage): Promise<void> {
  const simulator = await startSimulator({ webSocketPort: port });
  const { page, close } = await browser.openPage();
  await page.emulateMedia({ colorScheme: "dark" });
  const dashboard = new Dashboard(page);
  await dashboard.open(appUrl);
  await dashboard.switchOn();
  await dashboard.turns("green");
  const publisher = await startPublisher(simulator.tcpUrl, { everyMs: 100 });
  await allFeedsFilled(dashboard);
  await publisher.stop();
  await simulator.faults.kill({ downMs: 600_000 });
  await dashboard.banner("refused");
  await page.screenshot({ path: join(FOLDER, "failure.png") });
  await close();
  await simulator.stop();
}
