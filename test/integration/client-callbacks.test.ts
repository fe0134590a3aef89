/** A user's callback can't harm the client: its exception or rejection is reported, and nothing else changes. */
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClientOptions, MyceliumClient } from "../../client/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until } from "../support/tools/until.ts";

const broken = (): never => {
  throw new Error("a callback's own fault");
};
const rejecting = async (): Promise<never> => broken();

let broker: Broker;
let publisher: NatsConnection;
let observed: ObservedClient;

beforeEach(async () => {
  broker = await startNatsServer();
  publisher = await connectPublisher(broker.tcpUrl);
});
afterEach(async () => {
  await observed.client.stop();
  await publisher.close();
  await broker.stop();
});

const begin = (options: Partial<ClientOptions> = {}) => {
  observed = observedClient(broker.webSocketUrl, {
    reconnect: { baseDelayMs: 10, maxDelayMs: 50 },
    ...options,
  });
  return observed.client;
};

const failures = (client: MyceliumClient) =>
  client.timeline.entries.flatMap((entry) => (entry.type === "callback-failed" ? [entry.callback] : []));

/** A client's whole life: live, a message, a break, back with a gap reported, drained. */
async function live(client: MyceliumClient): Promise<void> {
  const heard: string[] = [];
  const subscription = client.subscribe("s", ({ data }) => heard.push(new TextDecoder().decode(data)));
  let gaps = 0;
  subscription.onGap(() => {
    gaps += 1;
  });
  expect(await client.start()).toBe("live");
  await until("it is subscribed", () => subscription.status === "active");
  publisher.publish("s", "before");
  await until("a message", () => heard.length === 1);
  await broker.kill();
  await observed.reaches("reconnecting");
  await broker.restart();
  publisher = await connectPublisher(broker.tcpUrl);
  await observed.reaches("live");
  await until("the gap is told", () => gaps === 1);
  publisher.publish("s", "after");
  await until("a message", () => heard.length === 2);
  expect(await client.stop()).toBe("drained");
  expect(observed.openSockets()).toBe(0);
}

describe.each([
  ["throws", broken],
  ["rejects", rejecting],
])("a callback that %s doesn't affect the client", (_, callback) => {
  test("timeline listener, from the first entry on", async () => {
    const client = begin();
    client.timeline.onEntry(callback);
    await live(client);
    await until("it is told", () => failures(client).includes("timeline"));
  });

  test("state listener", async () => {
    const client = begin();
    client.onState(callback);
    await live(client);
    await until("it is told", () => failures(client).includes("state"));
  });

  test("gap listener, status listener and message handler", async () => {
    const client = begin();
    const subscription = client.subscribe("s", callback, { name: "broken" });
    subscription.onGap(callback);
    subscription.onStatus(callback);
    await live(client);
    await until("they are told", () => failures(client).includes("gap of s"));
    expect(failures(client)).toContain("status of s");
    expect(subscription.counts).toEqual({ received: 2, delivered: 0, failed: 2, dropped: 0 });
  });

  test("the callback that diagnoses a fault", async () => {
    const client = begin({ investigate: callback });
    await live(client);
    await until("it is told", () => failures(client).includes("investigate"));
  });
});

test("replaces a clock or source of randomness that throws or returns nonsense", async () => {
  for (const random of [broken, () => Number.NaN, () => 7]) {
    const client = begin({ random, clock: { now: broken, after: broken } });
    expect(await client.start()).toBe("live");
    expect(await client.stop()).toBe("drained");
    expect(failures(client).toSorted()).toEqual(["clock", "random"]);
  }
});

test.each([
  ["throws", broken],
  ["rejects", rejecting],
])("a credentials callback that %s is reported as a fault, and called again", async (_, callback) => {
  let calls = 0;
  const client = begin({
    credentials: async () => (++calls === 1 ? callback() : { type: "none" }),
  });
  expect(await client.start()).toBe("retrying");
  expect(client.state).toMatchObject({ fault: { kind: "token-source" } });
  await observed.reaches("live");
});

test("a callback may stop, start, subscribe and remove other listeners", async () => {
  const client = begin();
  const heard: string[] = [];
  const other = client.subscribe("s", () => heard.push("other"), { name: "other" });
  client.subscribe("s", () => {
    other.unsubscribe();
    client.subscribe("late", () => heard.push("late"));
    if (heard.length < 5) heard.push("own");
  });
  client.onState(({ status }) => {
    if (status === "connecting") client.subscribe("from state", () => {});
    if (status === "stopping") void client.start();
  });
  expect(() => client.subscribe("from state", () => {})).toThrow(TypeError);
  expect(await client.start()).toBe("live");
  await until("it is subscribed", () => client.subscriptions.every(({ status }) => status === "active"));
  publisher.publish("s");
  await until("it is heard", () => heard.includes("own"));
  await until("the late one is subscribed", () =>
    client.subscriptions.some(({ subject }) => subject === "late"),
  );
  await client.stop();
  await observed.reaches("live");
  expect(client.subscriptions.map(({ subject }) => subject).toSorted()).toEqual(["late", "s"]);
});
