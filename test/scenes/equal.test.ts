/** Messages that are all the same, over many new links: each by sequence comes once; of the others no more come than were published, and what doesn't is told. */

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

/** Each way, so that the round trip is twice this. */
const LATENCY_MS = 25;

let server: StreamServer;

beforeAll(async () => {
  server = await StreamServer.start();
});
afterAll(() => server.stop());

/** A client on a late way, with a feed by sequence and a core feed, and messages that go on until they are ended. */
async function follow(name: string) {
  const target = Number(new URL(server.broker.webSocketUrl).port);
  const way = await FaultProxy.start({
    port: await freePort(),
    target,
    protocol: "tcp",
    pace: { latencyMs: LATENCY_MS },
  });
  const client = new MyceliumClient({
    servers: [way.webSocketUrl],
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
  await until("both are there", () => feeds.every(({ status }) => status === "active"));
  await until("its place", () => feeds[0]?.sequence?.state === "current");
  let goesOn = true;
  let published = 0;
  const publishing = (async () => {
    while (goesOn && !server.nats.isClosed()) {
      published += await publishSteadily(server.nats, { perSecond: PER_SECOND, seconds: 0.2 }, () => {
        server.nats.publish(`core.${name}`, "tick ");
        return { subject: `${name}.a`, payload: "tick " };
      });
    }
  })();
  /** Ends the messages and holds what came against them. */
  const account = async () => {
    goesOn = false;
    await publishing;
    await until("all by sequence", () => sequenced.entries.length >= published + sequenced.gaps.length);
    // Whatever is still to come of the others is ahead of this answer.
    await client.request("nobody").catch(() => {});
    const sequences = sequenced.entries.flatMap((entry) =>
      entry.type === "message" ? [entry.sequence] : [],
    );
    await client.stop();
    way.close();
    return { sequences, published, delivered: core.ids.length, gaps: core.gaps };
  };
  return { client, way, core, account };
}

const reportedMissing = (gaps: readonly ToldGap[]): number =>
  gaps.reduce((sum, { missing }) => sum + capacityOf(missing), 0);

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test.concurrent(`${TIMES} handovers`, async () => {
  const { client, account } = await follow("HANDED");
  for (let turn = 1; turn <= TIMES; turn += 1) await handOver(client);
  const { sequences, published, delivered, gaps } = await account();
  expect(sequences).toEqual(inOrder(published));
  expect(delivered).toBeLessThanOrEqual(published);
  expect(published - delivered).toBeLessThanOrEqual(reportedMissing(gaps));
  // Nothing was broken, so there is nothing but handovers to tell of.
  expect(gaps.filter(({ kind }) => kind !== "handover")).toEqual([]);
});

test.concurrent(`${TIMES} breaks`, async () => {
  const { way, core, account } = await follow("BROKEN");
  // A link that comes back slowly takes one of them for the last message once more, and tells that apart.
  const breaks = () => core.gaps.filter(({ kind }) => kind === "break").length;
  for (let turn = 1; turn <= TIMES; turn += 1) {
    way.reset();
    await until(`the gap of break ${turn}`, () => breaks() === turn);
    // A break of a link that has brought nothing yet would be one with the break before it.
    const before = core.ids.length;
    await until("it goes on", () => core.ids.length > before);
  }
  const { sequences, published, delivered } = await account();
  expect(sequences).toEqual(inOrder(published));
  expect(delivered).toBeLessThanOrEqual(published);
  expect(breaks()).toBe(TIMES);
});
