import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until } from "../support/tools/until.ts";

/** About what a phone gets where reception is poor. */
const BYTES_PER_SECOND = 150_000;

let broker: Broker;
let publisher: NatsConnection;
let path: FaultProxy;
let observed: ObservedClient;

beforeEach(async () => {
  broker = await startNatsServer({ jetStream: true });
  publisher = await connectPublisher(broker.tcpUrl);
  path = await FaultProxy.start({ target: Number(new URL(broker.webSocketUrl).port), protocol: "tcp" });
  path.setPace("down", { bytesPerSecond: BYTES_PER_SECOND });
  // nats-server sends browsers frames of 4 kB, so that they see that something arrives.
  observed = observedClient(path.webSocketUrl, {}, { headers: { "User-Agent": "Mozilla/5.0" } });
});
afterEach(async () => {
  await observed.client.stop();
  path.close();
  await publisher.close();
  await broker.stop();
});

/** Stores `each` messages of `bytes` in each of `count` streams, and follows all with their history. */
async function follow(count: number, each: number, bytes: number): Promise<{ received: number[] }> {
  const received = Array.from({ length: count }, () => 0);
  for (const index of received.keys()) {
    const name = `S${index}`;
    await createStream(publisher, name, [name], { allow_direct: true });
    for (let one = 0; one < each; one += 1) publisher.publish(name, new Uint8Array(bytes).fill(one));
    await publisher.flush();
    const onMessage = () => {
      received[index] = (received[index] ?? 0) + 1;
    };
    observed.client.subscribe(name, onMessage, { stream: { name, history: { last: each } } });
  }
  await observed.client.start();
  return { received };
}

test("a message that takes longer than an answer may is read", async () => {
  const { received } = await follow(1, 2, 600_000);
  await until("both messages", () => received[0] === 2, 60_000);
  expect(observed.statuses).toEqual(["idle", "connecting", "live"]);
});

test.skipIf(selectedRelease() === "2.9.10")(
  "many feeds read their histories over one link that lasts, and each message once",
  async () => {
    const [count, each, bytes] = [8, 20, 20_000];
    const { received } = await follow(count, each, bytes);
    await until("all messages", () => received.every((one) => one === each), 90_000);
    expect(observed.statuses).toEqual(["idle", "connecting", "live"]);
    const { out_bytes } = await broker.varz();
    expect(out_bytes).toBeLessThan(1.4 * count * each * bytes);
  },
);
