import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterEach, describe, expect, test } from "vitest";
import { STATUS_RULES } from "../../client/index.ts";
import type { Broker } from "../support/broker.ts";
import { BROKERS } from "../support/brokers.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { connectPublisher } from "../support/publisher.ts";
import { type Recording, record } from "../support/recording.ts";
import { createStream } from "../support/stream.ts";
import { until } from "../support/until.ts";

let broker: Broker | undefined;
let publisher: NatsConnection | undefined;
let recording: Recording | undefined;
afterEach(async () => {
  await recording?.observed.client.stop();
  await publisher?.close();
  await broker?.stop();
});

/** Cuts the path, publishes, mends it: the feed must go on as if it had no stream, and say why. */
async function expectNotRecovered(of: Recording, nats: NatsConnection, reason: string): Promise<void> {
  await of.begin(reason);
  await of.cut();
  nats.publish("s", "missed");
  await nats.flush();
  of.mend();
  expect(await of.nextGap(0)).toMatchObject({ missing: "unknown", recovered: 0 });
  nats.publish("s", "live");
  await until("the live one", () => of.payloads().join() === "live");
  expect(of.observed.statuses.filter((status) => STATUS_RULES[status].colour === "red")).toEqual([]);
  expect(of.subscription.status).toBe("active");
}

describe.each(BROKERS)("without JetStream, on $name", ({ start }) => {
  test("the feed goes on, and its gap says so", async () => {
    broker = await start();
    publisher = await connectPublisher(broker.tcpUrl);
    recording = record(broker.webSocketUrl, "s", "S");
    await expectNotRecovered(recording, publisher, "no-jetstream");
  });
});

describe("with JetStream", () => {
  test("no such stream", async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
    recording = record(broker.webSocketUrl, "s", "S");
    await expectNotRecovered(recording, publisher, "stream-missing");
  });

  test("a stream of other subjects", async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
    await createStream(publisher, "S", ["others.>"], { allow_direct: true });
    recording = record(broker.webSocketUrl, "s", "S");
    await expectNotRecovered(recording, publisher, "subject-elsewhere");
  });

  test.each([
    ["to ask", 'publish: "nothing"'],
    ["to hear the answer", 'subscribe: "s"'],
  ])("a user who isn't allowed %s", async (_name, permissions) => {
    broker = await startNatsServer({
      jetStream: true,
      config: `
        no_auth_user: viewer
        authorization { users: [
          { user: "viewer", password: "v", permissions: { ${permissions} } }
          { user: "publisher", password: "p" }
        ] }
      `,
    });
    publisher = await connect({ servers: broker.tcpUrl, user: "publisher", pass: "p", reconnect: false });
    await createStream(publisher, "S", ["s"], { allow_direct: true });
    recording = record(broker.webSocketUrl, "s", "S");
    await expectNotRecovered(recording, publisher, "denied");
  });
});
