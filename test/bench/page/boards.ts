import type { NatsConnection } from "@nats-io/transport-node";
import { publishSteadily } from "../../support/clients/pace.ts";
import { connectPublisher } from "../../support/clients/publisher.ts";
import { hook } from "../../support/page/dashboard.ts";
import { startApp } from "../../support/servers/app.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { createStream, lastSequenceOf } from "../../support/servers/stream.ts";
import { until, untilEqual } from "../../support/tools/until.ts";
import { type Figure, single } from "../figure.ts";
import { meterOf, percentile99 } from "./meter.ts";
import { Tab } from "./tab.ts";

const HISTORY = 1000;
const KEYS = 5000;
const PANELS = 32;
const LOAD = { perSecond: 1000, seconds: 15 };
/** Limit for the page to show everything that was published. */
const CATCH_UP_MS = 60_000;

/** Boards with much history, many keys, and many panels. */
export async function* boards(debuggingPort: number): AsyncIterable<Figure> {
  yield single("page-history", await historyMs(debuggingPort), "ms");
  const keyed = { id: "keyed", subject: "keys.*", view: "latest-by-key", key: "$subject[1]", keys: KEYS };
  yield single(
    "page-keys-frame-p99",
    await frameP99Ms(debuggingPort, [keyed], KEYS, (index) => `keys.${index % KEYS}`),
    "ms",
  );
  const panels = Array.from({ length: PANELS }, (_, index) => ({
    id: `p${index}`,
    subject: `panels.${index}`,
  }));
  yield single(
    "page-panels-frame-p99",
    await frameP99Ms(debuggingPort, panels, PANELS, (index) => `panels.${index % PANELS}`),
    "ms",
  );
}

/** Opens a live page with its own server, and returns the result of `use`. */
async function onBoard<T>(
  debuggingPort: number,
  feeds: readonly object[],
  use: (tab: Tab, nats: NatsConnection, open: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const broker = await startNatsServer({ jetStream: true });
  const app = await startApp({ NATS_URL: broker.webSocketUrl, FEEDS: JSON.stringify(feeds), LIVE: "on" });
  const nats = await connectPublisher(broker.tcpUrl);
  const tab = await Tab.open(debuggingPort, "about:blank");
  try {
    return await use(tab, nats, async () => {
      await tab.send("Page.bringToFront");
      await tab.send("Page.navigate", { url: app.url });
    });
  } finally {
    await tab.close();
    await nats.close();
    await app.stop();
    await broker.stop();
  }
}

/** From the first PONG, when the page is live, until the screen counts all of the history. */
function historyMs(debuggingPort: number): Promise<number> {
  const feed = {
    id: "stored",
    subject: "stored",
    stream: { name: "STORED", history: { last: HISTORY } },
  };
  return onBoard(debuggingPort, [feed], async (tab, nats, open) => {
    await createStream(nats, "STORED", ["stored"], { allow_direct: true });
    for (let index = 0; index < HISTORY; index += 1) nats.publish("stored", JSON.stringify({ index }));
    await untilEqual(() => lastSequenceOf(nats, "STORED"), HISTORY);
    await tab.send("Page.addScriptToEvaluateOnNewDocument", { source: `(${noteMoments})(${HISTORY})` });
    await open();
    const tookMs = () => tab.evaluate(() => Number(document.documentElement.dataset.historyMs ?? 0), null);
    return until("all of the history is counted", tookMs, CATCH_UP_MS);
  });
}

/** Runs in the page before its own scripts. */
function noteMoments(wanted: number): void {
  let liveAtMs: number | null = null;
  const look = () => {
    const root = document.documentElement;
    if (liveAtMs === null && document.querySelector('[data-testid="pill"][data-status="live"]') !== null) {
      liveAtMs = performance.now();
    }
    const counted = document
      .querySelector('[data-testid="feed-stored-received"]')
      ?.getAttribute("data-value");
    if (liveAtMs !== null && Number(counted) >= wanted && root.dataset.historyMs === undefined) {
      root.dataset.historyMs = String(Math.max(1, Math.round(performance.now() - liveAtMs)));
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** 99th percentile of a board's frame times, while its data changes a thousand times a second. */
function frameP99Ms(
  debuggingPort: number,
  feeds: readonly { readonly id: string }[],
  first: number,
  subjectOf: (index: number) => string,
): Promise<number> {
  return onBoard(debuggingPort, feeds, async (tab, nats, open) => {
    await open();
    await tab.waitFor(`${hook("pill")}[data-status="live"]`);
    const payloadOf = (index: number) => JSON.stringify({ index, value: index / 7, state: "running" });
    const received = () =>
      tab.evaluate(
        () =>
          [...document.querySelectorAll('[data-testid$="-received"]')].reduce(
            (sum, count) => sum + Number(count.getAttribute("data-value")),
            0,
          ),
        null,
      );
    // Each key and each panel has a message before the measurement.
    for (let index = 0; index < first; index += 1) nats.publish(subjectOf(index), payloadOf(index));
    await untilEqual(received, first, CATCH_UP_MS);
    const meter = await meterOf(tab);
    await meter.start();
    await publishSteadily(nats, LOAD, (index) => ({
      subject: subjectOf(index * 7),
      payload: payloadOf(index),
    }));
    const { frames } = await meter.stop();
    await untilEqual(received, first + LOAD.perSecond * LOAD.seconds, CATCH_UP_MS);
    return percentile99(frames);
  });
}
