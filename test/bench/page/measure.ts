import type { Pace } from "../../support/clients/pace.ts";
import { FEEDS, type FeedId, hook } from "../../support/page/dashboard.ts";
import { webSocketClients } from "../../support/servers/monitor.ts";
import { until } from "../../support/tools/until.ts";
import type { Contestant, ShownCounts } from "./contestant.ts";
import { flood } from "./flood.ts";
import { inputPercentile99, percentile99 } from "./meter.ts";
import { PATIENCE_MS, Visitor } from "./visitor.ts";

/** Limit for the page to show everything that was published. */
const CATCH_UP_MS = 60_000;

const FEED_IDS = Object.keys(FEEDS) as FeedId[];

/** Results of a page under load. */
export interface PageResult {
  readonly perSecond: number;
  readonly sent: number;
  /** Messages that the page doesn't count, or counts twice. */
  readonly lost: number;
  readonly folded: number;
  readonly frameP99Ms: number;
  readonly inputP99Ms: number;
  readonly inputs: number;
  /** Inputs without an effect; they count as slow ones. */
  readonly unanswered: number;
  /** From the last message's publication until the page had counted all messages. */
  readonly behindMs: number;
}

/** Floods a page while a visitor uses it. Subtracts the page's earlier counts. */
export async function measure(contestant: Contestant, pace: Pace): Promise<PageResult> {
  const { tab, broker, meter } = contestant;
  await tab.send("Page.bringToFront");
  const before = await contestant.counts();
  const flooding = flood({ ...pace, tcpUrl: broker.tcpUrl });
  await Promise.race([Promise.all(FEED_IDS.map((feed) => tab.waitFor(hook(`feed-${feed}-row`)))), flooding]);
  await meter.start();
  const { inputs, unanswered } = await new Visitor(tab).visit(flooding);
  const { sent, perSecond } = await flooding;
  const endedAtMs = performance.now();
  const times = await meter.stop();
  const missing = (now: Counts) =>
    FEED_IDS.reduce((sum, feed) => sum + offBy(sent[feed], before[feed], now[feed]), 0);
  // Messages still missing at the deadline count as lost.
  await until("all is shown", async () => missing(await contestant.counts()) === 0, CATCH_UP_MS).catch(
    () => {},
  );
  const behindMs = Math.round(performance.now() - endedAtMs);
  const after = await contestant.counts();
  return {
    perSecond,
    sent: FEED_IDS.reduce((sum, feed) => sum + sent[feed], 0),
    lost: missing(after),
    folded: FEED_IDS.reduce((sum, feed) => sum + after[feed].folded - before[feed].folded, 0),
    frameP99Ms: percentile99(times.frames),
    inputP99Ms: inputPercentile99(times, inputs, new Array<number>(unanswered).fill(PATIENCE_MS)),
    inputs,
    unanswered,
    behindMs,
  };
}

type Counts = Readonly<Record<FeedId, ShownCounts>>;

function offBy(sent: number, before: ShownCounts, after: ShownCounts): number {
  return Math.max(
    Math.abs(sent - (after.received - before.received)),
    Math.abs(sent - (after.accounted - before.accounted)),
    after.malformed - before.malformed,
  );
}

/**
 * Checks that the measurement is valid.
 * @throws Error if the page logged an error or reconnected, or the server disconnected a slow consumer
 */
export async function checkUndisturbed(contestant: Contestant): Promise<void> {
  const { broker, tab, connectionId } = contestant;
  const wrong = [...tab.complaints, ...broker.complaints()];
  const { slow_consumers: slow } = await broker.varz();
  if (slow > 0) wrong.push(`the server cut ${slow} slow consumers`);
  const ids = webSocketClients(await broker.connz()).map(({ cid }) => cid);
  if (ids.join() !== String(connectionId)) wrong.push(`connection ${connectionId} became ${ids.join()}`);
  if (wrong.length > 0) throw new Error(`the page was disturbed: ${wrong.join("; ")}`);
}
