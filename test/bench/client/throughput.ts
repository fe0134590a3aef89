import type { Broker } from "../../support/broker.ts";
import { observedClient } from "../../support/client.ts";
import { startNatsServer } from "../../support/nats-server.ts";
import { connectPlain, PLAIN } from "../../support/plain-nats.ts";
import { until } from "../../support/until.ts";
import { compared, type Figure } from "../figure.ts";
import { Pump } from "./pump.ts";

const PAYLOAD_BYTES = 128;
const RECEIVED = 300_000;
const PUBLISHED = 200_000;

/** Many short runs in turn: what else runs on the machine then weighs on both alike. */
const RUNS = 15;

/** Messages published between two turns of the event loop, as a busy page would. */
const PUBLISH_BATCH = 500;

/** What both clients can do, under the same names. */
interface Contestant {
  subscribe(subject: string, handler: () => void): void;
  publish(subject: string, payload: Uint8Array): void;
  /** Settles once the server has read all that was sent. */
  barrier(): Promise<void>;
  close(): Promise<void>;
}

/** How many messages of 128 bytes a second come in and go out, in alternating runs. */
export async function* throughput(): AsyncIterable<Figure> {
  const broker = await startNatsServer();
  try {
    for (const [figure, measure] of [
      ["receive-throughput", receive],
      ["publish-throughput", publish],
    ] as const) {
      // One round of each that isn't counted: both share a process, and its compiled code.
      await measure(broker, mycelium);
      await measure(broker, plain);
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let turn = 0; turn < RUNS; turn += 1) {
        ours.push(await measure(broker, mycelium));
        theirs.push(await measure(broker, plain));
      }
      yield compared(figure, "msg/s", ours, theirs, PLAIN);
    }
  } finally {
    await broker.stop();
  }
}

async function receive(broker: Broker, join: (url: string) => Promise<Contestant>): Promise<number> {
  const contestant = await join(broker.webSocketUrl);
  const pump = await Pump.connect(broker, "bench.receive", PAYLOAD_BYTES);
  let received = 0;
  const all = new Promise<void>((resolve) => {
    contestant.subscribe("bench.receive", () => {
      received += 1;
      pump.push(received, RECEIVED);
      if (received === RECEIVED) resolve();
    });
  });
  await contestant.barrier();
  const startedAtMs = performance.now();
  pump.push(0, RECEIVED);
  await all;
  const seconds = (performance.now() - startedAtMs) / 1000;
  pump.close();
  await contestant.close();
  return Math.round(RECEIVED / seconds);
}

async function publish(broker: Broker, join: (url: string) => Promise<Contestant>): Promise<number> {
  const contestant = await join(broker.webSocketUrl);
  const payload = new Uint8Array(PAYLOAD_BYTES).fill(0x78);
  const startedAtMs = performance.now();
  for (let sent = 0; sent < PUBLISHED; sent += 1) {
    contestant.publish("bench.publish", payload);
    if (sent % PUBLISH_BATCH === PUBLISH_BATCH - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  await contestant.barrier();
  const seconds = (performance.now() - startedAtMs) / 1000;
  await contestant.close();
  return Math.round(PUBLISHED / seconds);
}

async function mycelium(url: string): Promise<Contestant> {
  const { client } = observedClient(url);
  await client.start();
  return {
    subscribe: (subject, handler) => void client.subscribe(subject, handler),
    publish: (subject, payload) => client.publish(subject, payload),
    // The server answers at once that nobody serves this.
    barrier: async () => {
      await client.request("bench.nobody").catch(() => {});
      await until("all is subscribed", () => client.subscriptions.every(({ status }) => status === "active"));
    },
    close: async () => void (await client.stop()),
  };
}

async function plain(url: string): Promise<Contestant> {
  const connection = await connectPlain(url);
  return {
    subscribe: (subject, handler) => void connection.subscribe(subject, { callback: handler }),
    publish: (subject, payload) => connection.publish(subject, payload),
    barrier: async () => void (await connection.request("bench.nobody").catch(() => {})),
    close: () => connection.close(),
  };
}
