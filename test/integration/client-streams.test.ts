/** Feeds by sequence with the whole client: history, a break, a stop, a handover, two listeners, discarded messages. */
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Gap, Message, StreamSource } from "../../client/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until } from "../support/tools/until.ts";

/** Since 2.10 nats-server republishes messages with the time at which they were stored. */
const republishesTime = selectedRelease() === "2.15";

let broker: Broker;
let publisher: NatsConnection;
let observed: ObservedClient;

beforeEach(async () => {
  broker = await startNatsServer({ jetStream: true });
  publisher = await connectPublisher(broker.tcpUrl);
  observed = observedClient(broker.webSocketUrl, { reconnect: { baseDelayMs: 10, maxDelayMs: 50 } });
});
afterEach(async () => {
  await observed.client.stop();
  await publisher.close().catch(() => {});
  await broker.stop();
});

const REPUBLISHING = { allow_direct: true, republish: { src: "s.>", dest: "again.s.>" } };

/** Listens by sequence and records messages and gaps. */
function listen(more: Partial<StreamSource> = {}, name = "") {
  const messages: Message[] = [];
  const gaps: Gap[] = [];
  const stream = { name: "S", ...more };
  const subscription = observed.client.subscribe("s.>", (one) => messages.push(one), { name, stream });
  subscription.onGap((gap) => gaps.push(gap));
  return {
    subscription,
    gaps,
    messages,
    numbers: () => messages.map(({ data }) => Number(new TextDecoder().decode(data))),
    current: () => until("it is current", () => subscription.sequence?.state === "current"),
  };
}

async function publish(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) await publisher.request("s.a", String(number));
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe.each([
  ["republished", { republished: "again.s.>" }],
  ["told of by core messages", {}],
])("a stream that is %s", (_, source) => {
  test("delivers history, then live messages, once and in order, through a break, a stop and a handover, with all gaps recovered", async () => {
    await createStream(publisher, "S", ["s.>"], REPUBLISHING);
    await publish(0, 10);
    const one = listen({ ...source, history: { last: 5 } });
    const two = listen(source, "two");
    const { client, reaches } = observed;
    await client.start();
    await Promise.all([one.current(), two.current()]);
    await until("the history", () => one.messages.length === 5);
    await publish(10, 15);
    await until("they have come", () => one.messages.length === 10 && two.messages.length === 5);
    expect(one.numbers()).toEqual(upTo(15).slice(5));
    expect(one.messages.map(({ isHistory }) => isHistory)).toEqual(upTo(10).map((at) => at < 5));
    expect(one.messages.map(({ subject }) => subject)).toEqual(upTo(10).map(() => "s.a"));
    const hasTime = republishesTime || !("republished" in source);
    const publishedAtMs = hasTime ? expect.any(Number) : undefined;
    expect(one.messages.at(-1)).toMatchObject({ sequence: 15, publishedAtMs });
    const lists = webSocketClients(await broker.connz()).map((shown) => shown.subscriptions_list ?? []);
    expect(lists.flat().filter((subject) => !subject.startsWith("_INBOX"))).toHaveLength(1);

    await client.stop();
    await publish(15, 25);
    await client.start();
    await until("what was missed has come", () => one.messages.length === 20);
    await one.current();
    expect(one.gaps).toMatchObject([{ kind: "stop", cause: null, missing: { exactly: 0 }, recovered: 10 }]);

    await client.reconnect();
    for (let number = 25; number < 60; number += 1) await publish(number, number + 1);
    await until("it has moved", () => client.timeline.entries.some(({ type }) => type === "handover"));
    await publish(60, 70);
    await until("all have come", () => one.messages.length === 65);

    await broker.kill();
    await reaches("reconnecting");
    await broker.restart();
    publisher = await connectPublisher(broker.tcpUrl);
    await publish(70, 75);
    await reaches("live");
    await until("all have come", () => one.messages.length === 70 && two.messages.length === 65);
    await one.current();
    expect(one.numbers()).toEqual(upTo(75).slice(5));
    expect(two.numbers()).toEqual(upTo(75).slice(10));
    expect(one.gaps.at(-1)).toMatchObject({ kind: "break", missing: { exactly: 0 } });
    expect(one.subscription.counts).toEqual({ received: 70, delivered: 70, failed: 0, dropped: 0 });
    expect(client.lag).toBeNull();
  });
});

test("reports how many messages the stream discarded during a break", async () => {
  await createStream(publisher, "S", ["s.>"], { ...REPUBLISHING, max_msgs: 5 });
  await publish(0, 3);
  const one = listen();
  await observed.client.start();
  await one.current();
  await publish(3, 5);
  await until("they have come", () => one.messages.length === 2);
  await observed.client.stop();
  await publish(5, 25);
  await observed.client.start();
  await until("what is left has come", () => one.messages.length === 7);
  expect(one.numbers()).toEqual([3, 4, 20, 21, 22, 23, 24]);
  await until("it is told", () => one.gaps.length > 0);
  expect(one.gaps).toMatchObject([{ kind: "discarded", missing: { exactly: 15 }, recovered: 5 }]);
});
