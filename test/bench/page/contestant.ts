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

/** A feed's counts on the page. */
export interface ShownCounts {
  readonly received: number;
  /** The sum of all counts except `received`. */
  readonly accounted: number;
  readonly malformed: number;
  readonly folded: number;
}

/** A page under load, with its own nats-server. */
export interface Contestant {
  readonly tab: Tab;
  readonly broker: Broker;
  readonly meter: Meter;
  /** The server's connection id (`cid`) of the page, which changes with each reconnect. */
  readonly connectionId: number;
  counts(): Promise<Readonly<Record<FeedId, ShownCounts>>>;
  close(): Promise<void>;
}

/** Names of a feed's counts on the page, which omits counts that are always 0. */
const PARTS = ["shown", "filtered", "malformed", "folded", "dropped"] as const;

/** Mycelium's page, as `npm start` serves it, switched live. */
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

/** The plain page, which connects by itself. */
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
  showsParts: boolean,
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
    counts: () => shownCounts(tab, showsParts),
    async close() {
      await tab.close();
      await served.stop();
      await broker.stop();
    },
  };
}

/** Reads all counts at once, so that they belong to the same moment. */
async function shownCounts(tab: Tab, showsParts: boolean): Promise<Readonly<Record<FeedId, ShownCounts>>> {
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
      accounted: showsParts ? PARTS.reduce((sum, part) => sum + value(part), 0) : received,
      malformed: value("malformed"),
      folded: value("folded"),
    };
  };
  return { sparc: ofFeed("sparc"), llm: ofFeed("llm"), propagation: ofFeed("propagation") };
}
