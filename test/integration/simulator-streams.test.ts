/** For the client, the simulator's streams behave like nats-server's, as far as the demo needs them. */
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Gap, MyceliumClient, type SocketLike } from "../../client/index.ts";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import { startSimulator } from "../../simulator/index.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";

const SERVERS = [
  {
    name: "the simulator",
    start: () =>
      startSimulator({
        streams: [
          { name: "S", subjects: ["s.>"], republishPrefix: "live" },
          { name: "KV_b", subjects: ["$KV.b.>"], maxMessagesPerSubject: 1 },
        ],
      }),
  },
  {
    name: "nats-server 2.15",
    start: async () => {
      const broker = await startNatsServer({ release: "2.15", jetStream: true });
      const nats = await connectPublisher(broker.tcpUrl);
      const republish = { src: ">", dest: "live.>" };
      await createStream(nats, "S", ["s.>"], { allow_direct: true, republish });
      await createStream(nats, "KV_b", ["$KV.b.>"], { allow_direct: true, max_msgs_per_subject: 1 });
      await nats.close();
      return broker;
    },
  },
];

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe.each(SERVERS)("on $name", ({ start }) => {
  async function stage(): Promise<{ nats: NatsConnection; client: MyceliumClient; path: FaultProxy }> {
    const server = await start();
    ends.push(() => server.stop());
    const nats = await connectPublisher(server.tcpUrl);
    ends.push(() => nats.close());
    const path = await FaultProxy.start({
      port: await freePort(),
      target: Number(new URL(server.webSocketUrl).port),
      protocol: "tcp",
    });
    ends.push(() => path.close());
    const client = new MyceliumClient({
      servers: [path.webSocketUrl],
      reconnect: { baseDelayMs: 20, maxDelayMs: 50 },
      webSocket: (url) => new WebSocket(url) as unknown as SocketLike,
    });
    ends.push(() => client.stop());
    return { nats, client, path };
  }

  const numbered = async (nats: NatsConnection, from: number, to: number): Promise<void> => {
    for (let n = from; n <= to; n++) await nats.request(n % 2 ? "s.odd" : "s.even", String(n));
  };

  test("delivers history, then live messages, and recovers a break", async () => {
    const { nats, client, path } = await stage();
    await numbered(nats, 1, 40);
    const heard: string[] = [];
    const gaps: Gap[] = [];
    const feed = client.subscribe(
      "s.>",
      ({ subject, sequence, isHistory, data }) =>
        heard.push(`${subject} ${sequence} ${new TextDecoder().decode(data)}${isHistory ? " history" : ""}`),
      { stream: { name: "S", republished: "live.s.>", history: { last: 3 } } },
    );
    feed.onGap((gap) => gaps.push(gap));
    expect(await client.start()).toBe("live");
    await until("the history is there", () => heard.length === 3);
    await numbered(nats, 41, 42);
    await until("live messages are there", () => heard.length === 5);
    await path.setReception("refuses");
    path.reset();
    await numbered(nats, 43, 45);
    await path.setReception("open");
    await until("what was missed is there", () => heard.length === 8 && gaps.length > 0);
    expect(heard).toEqual([
      "s.even 38 38 history",
      "s.odd 39 39 history",
      "s.even 40 40 history",
      "s.odd 41 41",
      "s.even 42 42",
      "s.odd 43 43",
      "s.even 44 44",
      "s.odd 45 45",
    ]);
    expect(gaps).toMatchObject([{ kind: "break", missing: { exactly: 0 }, recovered: 3 }]);
  });

  test("delivers a bucket's last value of each key, then changes", async () => {
    const { nats, client } = await stage();
    for (const [key, value] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
    ] as const) {
      await nats.request(`$KV.b.${key}`, String(value));
    }
    const heard: string[] = [];
    client.subscribe(
      "$KV.b.>",
      ({ subject, isHistory, data }) =>
        heard.push(`${subject} ${new TextDecoder().decode(data)} ${isHistory}`),
      { stream: { name: "KV_b", history: { lastPerSubject: true } } },
    );
    await client.start();
    await until("the values are there", () => heard.length === 2);
    await nats.request("$KV.b.b", "4");
    await until("the new value is there", () => heard.length === 3);
    expect(heard).toEqual(["$KV.b.b 2 true", "$KV.b.a 3 true", "$KV.b.b 4 false"]);
  });
});
