import { publishSteadily } from "../support/clients/pace.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { startBrowser } from "../support/page/browser.ts";
import { Dashboard, FEED_SUBJECTS, FEEDS, type FeedId } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { heapAfterCollection } from "../support/page/heap.ts";
import { startApp } from "../support/servers/app.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until } from "../support/tools/until.ts";
import { type Figure, single } from "./figure.ts";

const PER_SECOND = 1000;
const SECONDS_EACH = 60;
const MINUTES = 3;
const FEED_IDS = Object.keys(FEEDS) as FeedId[];

/**
 * Three minutes at 1,000 messages a second in a real Chromium with a real nats-server: compares the published messages
 * with the page's counts, and measures its heap.
 */
export async function* run(): AsyncIterable<Figure> {
  const broker = await startNatsServer();
  const app = await startApp({ NATS_URL: broker.webSocketUrl });
  const browser = await startBrowser({ isWhole: true });
  const publisher = await connectPublisher(broker.tcpUrl);
  try {
    const { page, complaints } = await browser.openPage();
    const dashboard = new Dashboard(page);
    const heap = await heapMeter(dashboard);
    await dashboard.open(app.url);
    await dashboard.toggle();
    await dashboard.turns("green");
    await until("the page's subscriptions", async () => {
      const [client] = webSocketClients(await broker.connz());
      return client?.subscriptions_list?.length === FEED_SUBJECTS.length;
    });

    let published = 0;
    const heaps: number[] = [];
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      published += await publishSteadily(
        publisher,
        { perSecond: PER_SECOND, seconds: SECONDS_EACH },
        message,
      );
      await until(
        "the page has counted all",
        async () => (await sum(dashboard, "received")) >= published,
        30_000,
      );
      heaps.push(await heap());
      process.stderr.write(`soak: minute ${minute}: ${published} published, heap ${heaps.at(-1)} bytes\n`);
    }
    const received = await sum(dashboard, "received");
    const [first = 0, , last = 0] = heaps;
    yield single("soak-published", published, "count");
    yield single("soak-received", received, "count");
    yield single("soak-lost", published - received, "count");
    yield single("soak-malformed", await sum(dashboard, "malformed"), "count");
    yield single("soak-heap-minute-1", first, "bytes");
    yield single("soak-heap-minute-3", last, "bytes");
    yield single("soak-heap", Math.round((last / first) * 1000) / 1000, "ratio");
    yield single("soak-complaints", complaints.length, "count");
  } finally {
    await publisher.close();
    await browser.stop();
    await app.stop();
    await broker.stop();
  }
}

function message(index: number): { subject: string; payload: string } {
  const feed = FEED_IDS[index % FEED_IDS.length] ?? "llm";
  return { subject: FEEDS[feed], payload: event(feed, `soak ${index}`) };
}

async function sum(dashboard: Dashboard, which: "received" | "malformed"): Promise<number> {
  const counts = await Promise.all(FEED_IDS.map((feed) => dashboard.count(feed, which)));
  return counts.reduce((total, count) => total + count, 0);
}

/** Returns a function that measures the page's heap after a garbage collection, bytes. */
async function heapMeter({ page }: Dashboard): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  return () => heapAfterCollection(session);
}
