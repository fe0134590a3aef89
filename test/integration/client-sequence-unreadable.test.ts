import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterEach, describe, expect, test } from "vitest";
import { type SequenceReason, STATUS_RULES } from "../../client/index.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { type Recording, record } from "../support/clients/recording.ts";
import type { Broker } from "../support/servers/broker.ts";
import { BROKERS } from "../support/servers/brokers.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { until } from "../support/tools/until.ts";

let broker: Broker | undefined;
let publisher: NatsConnection | undefined;
let recording: Recording | undefined;
afterEach(async () => {
  await recording?.observed.client.stop();
  await publisher?.close();
  await broker?.stop();
});

/** Checks that the feed reports why its stream can't be read, delivers nothing unaccounted for, and leaves the link live. */
async function expectUnreadable(of: Recording, nats: NatsConnection, reason: SequenceReason): Promise<void> {
  await of.begin(reason);
  // A listener without the stream gets the second message after everything that the first causes.
  let heard = 0;
  const beside = of.observed.client.subscribe("s", () => heard++, { name: "beside" });
  await until("it is subscribed", () => beside.status === "active");
  for (const payload of ["live", "and behind it"]) nats.publish("s", payload);
  await until("both have come", () => heard === 2);
  expect(of.messages).toEqual([]);
  expect(of.observed.statuses.filter((status) => STATUS_RULES[status].colour === "red")).toEqual([]);
  expect(of.subscription.status).toBe("active");
}

describe.each(BROKERS)("without JetStream, on $name", ({ start }) => {
  test("reports that nobody answers", async () => {
    broker = await start();
    publisher = await connectPublisher(broker.tcpUrl);
    recording = record(broker.webSocketUrl, "s", "S");
    await expectUnreadable(recording, publisher, "no-responders");
  });
});

describe("with JetStream", () => {
  test("reports that the stream doesn't exist", async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
    recording = record(broker.webSocketUrl, "s", "S");
    await expectUnreadable(recording, publisher, "no-stream");
  });

  test("reports a stream of other subjects", async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
    await createStream(publisher, "S", ["others.>"], { allow_direct: true });
    recording = record(broker.webSocketUrl, "s", "S");
    await recording.begin();
    publisher.publish("s", "live");
    await until("it says so", () => recording?.subscription.sequence?.reason === "elsewhere");
    expect(recording.subscription.sequence?.state).toBe("unreadable");
    expect(recording.messages).toEqual([]);
  });

  test.each([
    ["to publish requests", 'publish: "nothing"'],
    ["to subscribe to the answers", 'subscribe: "s"'],
  ])("a user without permission %s is reported", async (_name, permissions) => {
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
    await expectUnreadable(recording, publisher, "denied");
  });
});
