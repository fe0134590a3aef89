import { observedClient } from "../../support/clients/client.ts";
import { connectPlain, PLAIN } from "../../support/clients/plain-nats.ts";
import { connectPublisher } from "../../support/clients/publisher.ts";
import type { Broker } from "../../support/servers/broker.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { createStream } from "../../support/servers/stream.ts";
import { until } from "../../support/tools/until.ts";
import { compared, type Figure } from "../figure.ts";
import { Pump } from "./pump.ts";

const PAYLOAD_BYTES = 128;
const MESSAGES = 20_000;

/** Many short alternating runs, so that other load on the machine affects both clients alike. */
const RUNS = 81;

/** Runs with a stream: slower and less dependent on the clients, because the server stores each message first. */
const SEQUENCED_RUNS = 31;

/** The stream's limit, so that the server's memory doesn't grow: more than are ever in transit. */
const KEPT = 100_000;

/** Runs of each client that aren't counted, because both share a process and its compiled code. */
const WARM_UP = 20;

/** Messages published per turn of the event loop, as in a busy page. */
const PUBLISH_BATCH = 500;

/** Common methods of both clients. */
interface Contestant {
  /** @param stream the stream that republishes to the subject, and its own subject `from` */
  subscribe(subject: string, handler: () => void, stream?: { name: string; from: string }): void;
  publish(subject: string, payload: Uint8Array): void;
  /** Waits until the server has read everything that was sent. */
  barrier(): Promise<void>;
  close(): Promise<void>;
}

/** One run; returns messages per second. */
type Measure = () => Promise<number>;

/** Received and published messages of 128 bytes per second, in alternating runs. */
export async function* throughput(): AsyncIterable<Figure> {
  const broker = await startNatsServer();
  const [ours, theirs] = [await mycelium(broker.webSocketUrl), await plain(broker.webSocketUrl)];
  try {
    yield await alternate(
      "receive-throughput",
      await receiving(broker, ours, "bench.ours"),
      await receiving(broker, theirs, "bench.theirs"),
    );
    yield await alternate("publish-throughput", publishing(ours), publishing(theirs));
  } finally {
    await ours.close();
    await theirs.close();
    await broker.stop();
  }
}

/** The same for feeds by sequence; plain nats.ws receives the republished messages without reading their headers. */
export async function sequencedThroughput(): Promise<Figure> {
  const broker = await startNatsServer({ jetStream: true });
  const publisher = await connectPublisher(broker.tcpUrl);
  const [ours, theirs] = [await mycelium(broker.webSocketUrl), await plain(broker.webSocketUrl)];
  const feed = async (name: string) => {
    const [from, subject] = [`${name}.in`, `${name}.out`];
    const republish = { src: from, dest: subject };
    await createStream(publisher, name, [from], {
      allow_direct: true,
      storage: "memory",
      max_msgs: KEPT,
      republish,
    });
    return { subject, stream: { name, from } };
  };
  try {
    const [our, their] = [await feed("OURS"), await feed("THEIRS")];
    return await alternate(
      "sequenced-throughput",
      await receiving(broker, ours, our.subject, our.stream),
      await receiving(broker, theirs, their.subject, their.stream),
      SEQUENCED_RUNS,
    );
  } finally {
    await ours.close();
    await theirs.close();
    await publisher.close();
    await broker.stop();
  }
}

async function alternate(figure: string, ours: Measure, theirs: Measure, runs = RUNS): Promise<Figure> {
  const [our, their]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < WARM_UP + runs; turn += 1) {
    const [mine, others] = [await ours(), await theirs()];
    if (turn < WARM_UP) continue;
    our.push(mine);
    their.push(others);
  }
  return compared(figure, "msg/s", our, their, PLAIN);
}

async function receiving(
  broker: Broker,
  contestant: Contestant,
  subject: string,
  stream?: { name: string; from: string },
): Promise<Measure> {
  const pump = await Pump.connect(broker, stream?.from ?? subject, PAYLOAD_BYTES);
  let received = 0;
  let total = 0;
  let done = (): void => {};
  const handler = () => {
    received += 1;
    pump.push(received, total);
    if (received === total) done();
  };
  contestant.subscribe(subject, handler, stream);
  await contestant.barrier();
  return async () => {
    total += MESSAGES;
    const all = new Promise<void>((resolve) => {
      done = resolve;
    });
    const startedAtMs = performance.now();
    pump.push(received, total);
    await all;
    return perSecond(startedAtMs);
  };
}

function publishing(contestant: Contestant): Measure {
  const payload = new Uint8Array(PAYLOAD_BYTES).fill(0x78);
  return async () => {
    const startedAtMs = performance.now();
    for (let sent = 0; sent < MESSAGES; sent += 1) {
      contestant.publish("bench.publish", payload);
      if (sent % PUBLISH_BATCH === PUBLISH_BATCH - 1) await new Promise((resolve) => setImmediate(resolve));
    }
    await contestant.barrier();
    return perSecond(startedAtMs);
  };
}

function perSecond(startedAtMs: number): number {
  return Math.round((MESSAGES / (performance.now() - startedAtMs)) * 1000);
}

async function mycelium(url: string): Promise<Contestant> {
  const { client } = observedClient(url);
  await client.start();
  return {
    subscribe: (subject, handler, stream) => {
      if (stream === undefined) client.subscribe(subject, handler);
      else client.subscribe(stream.from, handler, { stream: { name: stream.name, republished: subject } });
    },
    publish: (subject, payload) => client.publish(subject, payload),
    // The server answers at once that there are no responders.
    barrier: async () => {
      await client.request("bench.nobody").catch(() => {});
      await until("all is subscribed", () =>
        client.subscriptions.every(
          ({ status, sequence }) => status === "active" && (sequence?.state ?? "current") === "current",
        ),
      );
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
