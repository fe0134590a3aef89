/** Time that a feed by sequence takes to deliver its history, with a real nats-server. */
import type { NatsConnection } from "@nats-io/transport-node";
import type { History } from "../../client/sequence/port.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { sequenced } from "../support/clients/sequenced.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream, lastSequenceOf } from "../support/servers/stream.ts";
import { until } from "../support/tools/until.ts";
import { type Figure, repeated } from "./figure.ts";

const RUNS = 15;

/** Messages in the stream, and their subjects. */
const MESSAGES = 100_000;
const SUBJECTS = 100;
const KEYS = 5000;
const PAYLOAD = "x".repeat(100);

/** The group's figures: from a live link until all of the history has arrived. */
export async function* run(): AsyncIterable<Figure> {
  const broker = await startNatsServer({ jetStream: true });
  const publisher = await connectPublisher(broker.tcpUrl);
  try {
    await fill(publisher, "MANY", "many", MESSAGES, SUBJECTS, {});
    await fill(publisher, "KV_keys", "$KV.keys", KEYS, KEYS, { max_msgs_per_subject: 1 });
    const url = broker.webSocketUrl;
    yield await measure("history-1000", url, "many.7", "MANY", { last: 1000 }, 1000);
    yield await measure("history-keys-5000", url, "$KV.keys.>", "KV_keys", { lastPerSubject: true }, KEYS);
  } finally {
    await publisher.close();
    await broker.stop();
  }
}

async function fill(
  publisher: NatsConnection,
  name: string,
  prefix: string,
  count: number,
  subjects: number,
  config: object,
): Promise<void> {
  await createStream(publisher, name, [`${prefix}.>`], { allow_direct: true, ...config });
  for (let i = 0; i < count; i += 1) {
    publisher.publish(`${prefix}.${i % subjects}`, PAYLOAD);
    if (i % 5000 === 0) await publisher.flush();
  }
  await until("all is stored", async () => (await lastSequenceOf(publisher, name)) === count, 60_000);
}

async function measure(
  figure: string,
  url: string,
  subject: string,
  name: string,
  history: History,
  count: number,
): Promise<Figure> {
  const timesMs: number[] = [];
  for (let turn = 0; turn <= RUNS; turn += 1) {
    const reader = sequenced(subject, { name });
    let received = 0;
    let all = (): void => {};
    const whole = new Promise<void>((resolve) => {
      all = resolve;
    });
    reader.feed.add(
      {
        message: () => {
          received += 1;
          if (received === count) all();
        },
        gap: () => {},
        state: () => {},
        dropped: () => {},
      },
      history,
    );
    await reader.connect(url);
    const startedAtMs = performance.now();
    await whole;
    // The first turn also loads the code, so it isn't counted.
    if (turn > 0) timesMs.push(performance.now() - startedAtMs);
    const requests = reader.links[0]?.requests.length ?? 0;
    process.stderr.write(
      `${figure}: ${Math.round(performance.now() - startedAtMs)} ms, ${requests} requests\n`,
    );
    await reader.end();
  }
  return repeated(figure, "ms", timesMs);
}
