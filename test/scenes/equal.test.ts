/** Equal messages over many new links: a feed by sequence gets each once, a core feed no more than published, and gaps. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { MyceliumClient, type SocketLike } from "../../client/index.ts";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import { handOver } from "../support/clients/hand-over.ts";
import { publishSteadily } from "../support/clients/pace.ts";
import { capacityOf, type ToldGap } from "../support/ledger/entries.ts";
import { Notebook } from "../support/ledger/notebook.ts";
import { freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";
import { StreamServer } from "./support/stream-server.ts";

const TIMES = 20;
const PER_SECOND = 50;

/** Latency of the proxy each way, milliseconds. */
const LATENCY_MS = 25;

let server: StreamServer;

beforeAll(async () => {
  server = await StreamServer.start();
});
afterAll(() => server.stop());

/** A client behind a slow proxy with a feed by sequence and a core feed; both get messages until `account` is called. */
async function follow(name: string) {
  const target = Number(new URL(server.broker.webSocketUrl).port);
  const proxy = await FaultProxy.start({
    port: await freePort(),
    target,
    protocol: "tcp",
    pace: { latencyMs: LATENCY_MS },
  });
  const client = new MyceliumClient({
    servers: [proxy.webSocketUrl],
    reconnect: { baseDelayMs: 20, maxDelayMs: 100 },
    webSocket: (url) => new WebSocket(url) as unknown as SocketLike,
  });
  const stream = await server.createStream(name, "republished");
  const [sequenced, core] = [new Notebook(), new Notebook()];
  const feeds = [
    sequenced.follow(client.subscribe(`${name}.>`, sequenced.message, { stream })),
    core.follow(client.subscribe(`core.${name}`, core.message)),
  ];
  await client.start();
  await until("both subscriptions are active", () => feeds.every(({ status }) => status === "active"));
  await until("the feed is current", () => feeds[0]?.sequence?.state === "current");
  let isPublishing = true;
  let published = 0;
  const publishing = (async () => {
    while (isPublishing && !server.nats.isClosed()) {
      published += await publishSteadily(server.nats, { perSecond: PER_SECOND, seconds: 0.2 }, () => {
        server.nats.publish(`core.${name}`, "tick ");
        return { subject: `${name}.a`, payload: "tick " };
      });
    }
  })();
  /** Stops publishing, waits for the rest, and returns what was published and delivered. */
  const account = async () => {
    isPublishing = false;
    await publishing;
    await until(
      "every message by sequence",
      () => sequenced.entries.length >= published + sequenced.gaps.length,
    );
    // Core messages in transit arrive before this reply.
    await client.request("nobody").catch(() => {});
    const sequences = sequenced.entries.flatMap((entry) =>
      entry.type === "message" ? [entry.sequence] : [],
    );
    await client.stop();
    proxy.close();
    return { sequences, published, delivered: core.ids.length, gaps: core.gaps };
  };
  return { client, proxy, core, account };
}

const reportedMissing = (gaps: readonly ToldGap[]): number =>
  gaps.reduce((sum, { missing }) => sum + capacityOf(missing), 0);

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test.concurrent(`${TIMES} handovers: each message once by sequence, no core message too many, no core loss without a gap`, async () => {
  const { client, account } = await follow("HANDED");
  for (let turn = 1; turn <= TIMES; turn += 1) await handOver(client);
  const { sequences, published, delivered, gaps } = await account();
  expect(sequences).toEqual(inOrder(published));
  expect(delivered).toBeLessThanOrEqual(published);
  expect(published - delivered).toBeLessThanOrEqual(reportedMissing(gaps));
  // There was no break, so only handovers can cause gaps.
  expect(gaps.filter(({ kind }) => kind !== "handover")).toEqual([]);
});

test.concurrent(`${TIMES} breaks: each message once by sequence, no core message too many, a core gap for each break`, async () => {
  const { proxy, core, account } = await follow("BROKEN");
  // Filtered by kind: after a slow reconnect an equal message can pass for a repeat, which is a gap of another kind.
  const breaks = () => core.gaps.filter(({ kind }) => kind === "break").length;
  for (let turn = 1; turn <= TIMES; turn += 1) {
    proxy.reset();
    await until(`the gap of break ${turn}`, () => breaks() === turn);
    // Two breaks without a message between them would be reported as one gap.
    const before = core.ids.length;
    await until("messages come again", () => core.ids.length > before);
  }
  const { sequences, published, delivered } = await account();
  expect(sequences).toEqual(inOrder(published));
  expect(delivered).toBeLessThanOrEqual(published);
  expect(breaks()).toBe(TIMES);
});
