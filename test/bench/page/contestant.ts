import { join } from "node:path";
import { FEED_SUBJECTS, FEEDS, type FeedId, hook } from "../../support/page/dashboard.ts";
import { serveFolder } from "../../support/page/serve-folder.ts";
import { type App, startApp } from "../../support/servers/app.ts";
import type { Broker } from "../../support/servers/broker.ts";
import { webSocketClients } from "../../support/servers/monitor.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { until } from "../../support/tools/until.ts";
import { type Meter, meterOf } from "./meter.ts";

import { Tab } from "./tab.ts";

/** What became of a feed's messages, as the page shows it. */
export interface ShownCounts {
  readonly received: number;
  /** The sum of all that the page says became of them. */
  readonly accounted: number;
  readonly malformed: number;
  readonly folded: number;
}

/** A page under load, with a nats-server of its own. */
export interface Contestant {
  readonly tab: Tab;
  readonly broker: Broker;
  readonly meter: Meter;
  /** The number under which the server knows the page: another one after each reconnect. */
  readonly connectionId: number;
  counts(): Promise<Readonly<Record<FeedId, ShownCounts>>>;
  close(): Promise<void>;
}

/** What a feed's counts are called on screen; a page shows no figure that is always 0. */
const PARTS = ["shown", "filtered", "malformed", "folded", "dropped"] as const;

/** Our page, as `npm start` serves it, switched live. */
export async function ourPage(debuggingPort: number): Promise<Contestant> {
  const broker = await startNatsServer();
  const app = await startApp({ NATS_URL: broker.webSocketUrl });
  const tab = await Tab.open(debuggingPort, app.url);
  const liveSwitch = hook("live-switch");
  await tab.waitFor(`${liveSwitch}:not([disabled])`);
  await tab.click(liveSwitch);
  await tab.waitFor(`${hook("pill")}[data-status="live"]`);
  return contestant(broker, app, tab, true);
}

/** The plain way's page, which connects by itself. */
export async function plainPage(debuggingPort: number): Promise<Contestant> {
  const broker = await startNatsServer();
  const served = await serveFolder(join(import.meta.dirname, "plain"));
  const address = `${served.url}?server=${encodeURIComponent(broker.webSocketUrl)}`;
  return contestant(broker, served, await Tab.open(debuggingPort, address), false);
}

async function contestant(
  broker: Broker,
  served: Pick<App, "stop">,
  tab: Tab,
  tellsParts: boolean,
): Promise<Contestant> {
  const client = await until("the page's subscriptions", async () => {
    const [found] = webSocketClients(await broker.connz());
    return found?.subscriptions_list?.length === FEED_SUBJECTS.length ? found : null;
  });
  return {
    tab,
    broker,
    meter: await meterOf(tab),
    connectionId: client.cid,
    counts: () => shownCounts(tab, tellsParts),
    async close() {
      await tab.close();
      await served.stop();
      await broker.stop();
    },
  };
}

/** All in one look, so that no count is newer than another. */
async function shownCounts(tab: Tab, tellsParts: boolean): Promise<Readonly<Record<FeedId, ShownCounts>>> {
  const hooks = (["received", ...PARTS] as const).flatMap((name) =>
    (Object.keys(FEEDS) as FeedId[]).map(
      (feed) => [`${feed} ${name}`, hook(`feed-${feed}-${name}`)] as const,
    ),
  );
  const values = await tab.evaluate(
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
