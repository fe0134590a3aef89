import { type App, startApp } from "../../support/app.ts";
import type { Broker } from "../../support/broker.ts";
import type { ObservedPage, TestBrowser } from "../../support/browser.ts";
import { Dashboard, FEED_SUBJECTS, FEEDS, type FeedId, hook } from "../../support/dashboard.ts";
import { webSocketClients } from "../../support/monitor.ts";
import { startNatsServer } from "../../support/nats-server.ts";
import { until } from "../../support/until.ts";
import { type Meter, meterOf } from "./meter.ts";
import { servePlainPage } from "./plain-page.ts";

/** What became of a feed's messages, as the page shows it. */
export interface ShownCounts {
  readonly received: number;
  /** The sum of all that the page says became of them. */
  readonly accounted: number;
  readonly malformed: number;
  readonly folded: number;
}

/** A page under load, with a nats-server of its own. */
export interface Contestant extends ObservedPage {
  readonly broker: Broker;
  readonly meter: Meter;
  /** The number under which the server knows the page: another one after each reconnect. */
  readonly connectionId: number;
  counts(): Promise<Readonly<Record<FeedId, ShownCounts>>>;
}

/** What a feed's counts are called on screen; a page shows no figure that is always 0. */
const PARTS = ["shown", "filtered", "malformed", "folded", "dropped"] as const;

/** Our page, as `npm start` serves it, switched live. */
export async function ourPage(browser: TestBrowser): Promise<Contestant> {
  const broker = await startNatsServer();
  const app = await startApp({ NATS_URL: broker.webSocketUrl });
  const observed = await browser.openPage();
  const dashboard = new Dashboard(observed.page);
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  return contestant(broker, app, observed, true);
}

/** The plain way's page, which connects by itself. */
export async function plainPage(browser: TestBrowser): Promise<Contestant> {
  const broker = await startNatsServer();
  const served = await servePlainPage();
  const observed = await browser.openPage();
  await observed.page.goto(`${served.url}?server=${encodeURIComponent(broker.webSocketUrl)}`);
  return contestant(broker, served, observed, false);
}

async function contestant(
  broker: Broker,
  served: Pick<App, "stop">,
  observed: ObservedPage,
  tellsParts: boolean,
): Promise<Contestant> {
  const client = await until("the page's subscriptions", async () => {
    const [found] = webSocketClients(await broker.connz());
    return found?.subscriptions_list?.length === FEED_SUBJECTS.length ? found : null;
  });
  return {
    page: observed.page,
    complaints: observed.complaints,
    broker,
    meter: await meterOf(observed.page),
    connectionId: client.cid,
    counts: () => shownCounts(observed, tellsParts),
    async close() {
      await observed.close();
      await served.stop();
      await broker.stop();
    },
  };
}

/** All in one look, so that no count is newer than another. */
async function shownCounts(
  { page }: ObservedPage,
  tellsParts: boolean,
): Promise<Readonly<Record<FeedId, ShownCounts>>> {
  const hooks = (["received", ...PARTS] as const).flatMap((name) =>
    (Object.keys(FEEDS) as FeedId[]).map(
      (feed) => [`${feed} ${name}`, hook(`feed-${feed}-${name}`)] as const,
    ),
  );
  const values = await page.evaluate(
    (all) =>
      Object.fromEntries(
        all.map(([name, selector]) => [
          name,
          Number(document.querySelector(selector)?.getAttribute("data-value") ?? 0),
        ]),
      ),
    hooks,
  );
  const ofFeed = (feed: FeedId): ShownCounts => {
    const value = (name: string): number => values[`${feed} ${name}`] ?? 0;
    const received = value("received");
    return {
      received,
      accounted: tellsParts ? PARTS.reduce((sum, part) => sum + value(part), 0) : received,
      malformed: value("malformed"),
      folded: value("folded"),
    };
  };
  return { sparc: ofFeed("sparc"), llm: ofFeed("llm"), propagation: ofFeed("propagation") };
}
