import { join } from "node:path";
import { headers as coreHeaders, type Msg, type NatsConnection, wsconnect } from "@nats-io/nats-core";
import { connect as connectTcp } from "@nats-io/transport-node";
import { connect as connectNatsWs, headers as natsWsHeaders } from "nats.ws";
import { expect, test } from "vitest";
import { runPython } from "./support/nats-py.ts";
import { describeTargets } from "./support/rules.ts";
import type { Server } from "./support/target.ts";

interface Client {
  readonly name: string;
  connect(server: Server): Promise<NatsConnection>;
  readonly headers: typeof coreHeaders;
}

/** Milliseconds for an answer on a busy machine. */
const ANSWER = { timeout: 30_000 };

const webSocketUrl = ({ webSocketPort }: Server): string => `ws://127.0.0.1:${webSocketPort}`;

const CLIENTS: readonly Client[] = [
  {
    name: "nats.ws",
    // nats.ws is nats-core's ancestor: the part of the interface that is used here is the same.
    connect: (server) =>
      connectNatsWs({
        servers: webSocketUrl(server),
        reconnect: false,
      }) as unknown as Promise<NatsConnection>,
    headers: natsWsHeaders as unknown as typeof coreHeaders,
  },
  {
    name: "nats-core over WebSocket",
    connect: (server) => wsconnect({ servers: webSocketUrl(server), reconnect: false }),
    headers: coreHeaders,
  },
  {
    name: "transport-node over TCP",
    connect: ({ tcpPort }) => connectTcp({ servers: `127.0.0.1:${tcpPort}`, reconnect: false }),
    headers: coreHeaders,
  },
];

describeTargets("clients", undefined, (server) => {
  for (const { name, connect, headers } of CLIENTS) {
    /** Two connections of this client, drained at the end. */
    async function withTwo(body: (one: NatsConnection, two: NatsConnection) => Promise<void>): Promise<void> {
      const [one, two] = [await connect(server()), await connect(server())];
      await body(one, two);
      await Promise.all([one.drain(), two.drain()]);
      expect([one.isClosed(), two.isClosed()]).toEqual([true, true]);
      expect(await Promise.all([one.closed(), two.closed()])).toEqual([undefined, undefined]);
    }

    test(`${name} publishes, subscribes and drains`, () =>
      withTwo(async (one, two) => {
        const subscription = one.subscribe("news.*", { max: 3 });
        await one.flush();
        for (const text of ["a", "b", "c"]) two.publish(`news.${text}`, text);
        const seen: string[] = [];
        for await (const message of subscription) seen.push(`${message.subject} ${message.string()}`);
        expect(seen).toEqual(["news.a a", "news.b b", "news.c c"]);
      }));

    test(`${name} requests and replies, and learns when there are no responders`, () =>
      withTwo(async (one, two) => {
        one.subscribe("ask", { callback: (_, message) => void message.respond(`pong ${message.string()}`) });
        await one.flush();
        expect((await two.request("ask", "1", ANSWER)).string()).toBe("pong 1");
        await expect(two.request("nobody", "", ANSWER)).rejects.toThrow(/no responders|503/i);
      }));

    test(`${name} shares work in a queue group`, () =>
      withTwo(async (one, two) => {
        const counts = [0, 0];
        const count = (index: number) => () => {
          counts[index] = (counts[index] ?? 0) + 1;
        };
        one.subscribe("work", { queue: "q", callback: count(0) });
        two.subscribe("work", { queue: "q", callback: count(1) });
        await Promise.all([one.flush(), two.flush()]);
        for (let sent = 0; sent < 100; sent++) one.publish("work");
        await one.flush();
        await two.flush();
        const [mine = 0, other = 0] = counts;
        expect(mine + other).toBe(100);
        expect(Math.min(mine, other)).toBeGreaterThan(0);
      }));

    test(`${name} sends and reads headers`, () =>
      withTwo(async (one, two) => {
        const arrived = new Promise<Msg>((resolve) => {
          one.subscribe("headed", { callback: (_, message) => resolve(message) });
        });
        await one.flush();
        const sent = headers();
        sent.append("Trace", "7");
        sent.append("Trace", "8");
        two.publish("headed", "x", { headers: sent });
        expect((await arrived).headers?.values("Trace")).toEqual(["7", "8"]);
      }));
  }

  test("nats-py publishes, requests, shares work, sends headers and drains", async () => {
    const script = join(import.meta.dirname, "support/nats_py_checks.py");
    const output = await runPython(script, [`nats://127.0.0.1:${server().tcpPort}`]);
    expect(output.trim().split("\n")).toEqual([
      "publish and subscribe",
      "request and reply",
      "queue groups",
      "headers",
      "drain",
    ]);
  });
});
