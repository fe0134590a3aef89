import { headers, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Broker } from "../support/broker.ts";
import { webSocketClients } from "../support/monitor.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { publishSteadily } from "../support/pace.ts";
import { connectPublisher } from "../support/publisher.ts";
import { type Recording, record } from "../support/recording.ts";
import { consumersOf, createStream, deleteStream, purgeStream } from "../support/stream.ts";
import { until, untilEqual } from "../support/until.ts";

const count = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

describe.each([
  ["with direct gets", true],
  ["without direct gets", false],
])("a stream %s", (_name, allow_direct) => {
  let broker: Broker;
  let publisher: NatsConnection;
  let recording: Recording;
  let streams = 0;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
  });
  afterEach(async () => {
    recording.mend();
    await recording.observed.client.stop();
  });
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  /** A fresh stream and a client that knows its place in it; half of the stream is others'. */
  async function begin(): Promise<{ name: string; publish: (payloads: readonly string[]) => Promise<void> }> {
    streams += 1;
    const name = `S${streams}`;
    await createStream(publisher, name, [`${name}.>`], { allow_direct });
    recording = record(broker.webSocketUrl, `${name}.mine.*`, name);
    await recording.begin();
    const publish = async (payloads: readonly string[]) => {
      for (const payload of payloads) {
        publisher.publish(`${name}.mine.${payload.length}`, payload);
        publisher.publish(`${name}.others`, payload);
      }
      await publisher.flush();
    };
    return { name, publish };
  }

  test("a cut while two publishers go on: each one's messages come exactly once and in order", async () => {
    const { name } = await begin();
    const { observed } = recording;
    const pace = { perSecond: 500, seconds: 4 };
    const one = publishSteadily(publisher, pace, (i) => ({ subject: `${name}.mine.a`, payload: `a${i}` }));
    const other = publishSteadily(publisher, pace, (i) => ({ subject: `${name}.mine.b`, payload: `b${i}` }));
    await until("some of them", () => recording.messages.length > 400);
    await recording.cut();
    const atTheCut = recording.messages.length;
    await publisher.flush();
    await until("some are missed", async () => (await publishedSince(name)) > 400);
    recording.mend();
    const gap = await recording.nextGap(0);
    const total = (await one) + (await other);
    await until("all of them", () => recording.messages.length >= total);
    const of = (letter: string) => recording.payloads().filter((payload) => payload.startsWith(letter));
    expect(of("a")).toEqual(count(0, 2000).map((i) => `a${i}`));
    expect(of("b")).toEqual(count(0, 2000).map((i) => `b${i}`));
    expect(gap.missing).toEqual({ exactly: 0 });
    expect(recording.subscription.counts).toMatchObject({ received: total, delivered: total, failed: 0 });
    expect(gap.recovered).toBeGreaterThan(0);
    expect(atTheCut).toBeLessThan(total);
    const { cause: _, ...told } = gap;
    expect(observed.client.timeline.entries.find(({ type }) => type === "gap")).toMatchObject(told);
  });

  /** How many messages the page under test hasn't got of what its stream has. */
  async function publishedSince(name: string): Promise<number> {
    const answer = await publisher.request(`$JS.API.STREAM.INFO.${name}`);
    return answer.json<{ state: { last_seq: number } }>().state.last_seq - recording.messages.length;
  }

  test("5,000 missed messages among others are all recovered, in order, before live ones", async () => {
    const { publish } = await begin();
    await publish(count(0, 50));
    await until("the first", () => recording.messages.length === 50);
    await recording.cut();
    await publish(count(50, 5050));
    recording.mend();
    await until("the subscription", () => recording.subscription.status === "active");
    await publish(count(5050, 5100));
    const gap = await recording.nextGap(0);
    await until("all of them", () => recording.messages.length >= 5100);
    expect(gap).toMatchObject({ missing: { exactly: 0 }, recovered: 5000 });
    expect(recording.payloads()).toEqual(count(0, 5100));
  });

  test("a recovered message looks as it was published", async () => {
    const { name } = await begin();
    const h = headers();
    h.append("trace", "one");
    h.append("trace", "two");
    h.append("Nats-Msg-Id", "7");
    await recording.cut();
    publisher.publish(`${name}.mine.1`, new Uint8Array([0, 255, 13, 10]), { headers: h, reply: "answers" });
    publisher.publish(`${name}.mine.2`);
    await publisher.flush();
    recording.mend();
    expect(await recording.nextGap(0)).toMatchObject({ missing: { exactly: 0 }, recovered: 2 });
    await until("both", () => recording.messages.length === 2);
    const [first, second] = recording.messages;
    expect(first?.subject).toBe(`${name}.mine.1`);
    expect([...(first?.data ?? [])]).toEqual([0, 255, 13, 10]);
    expect(first?.headers?.keys()).toEqual(["trace", "Nats-Msg-Id"]);
    expect(first?.headers?.values("trace")).toEqual(["one", "two"]);
    expect([second?.subject, second?.data.length, second?.headers]).toEqual([`${name}.mine.2`, 0, undefined]);
  });

  test("of a stream that was purged meanwhile, what it still has is recovered and the rest told of", async () => {
    const { name, publish } = await begin();
    await recording.cut();
    await publish(count(0, 10));
    await purgeStream(publisher, name);
    await publish(count(10, 15));
    recording.mend();
    expect(await recording.nextGap(0)).toMatchObject({ missing: { atMost: 20 }, recovered: 5 });
    await until("the rest", () => recording.messages.length === 5);
    expect(recording.payloads()).toEqual(count(10, 15));
  });

  test("what a user's pause kept away is recovered too, and no consumer is ever made", async () => {
    const { name, publish } = await begin();
    await publish(["before"]);
    await until("the first", () => recording.messages.length === 1);
    expect(await recording.observed.client.stop()).toBe("drained");
    await publish(["while off"]);
    await recording.observed.client.start();
    const gap = await recording.nextGap(0);
    expect(gap).toMatchObject({ kind: "stop", cause: null, missing: { exactly: 0 }, recovered: 1 });
    await publish(["after"]);
    await until("all", () => recording.messages.length === 3);
    expect(recording.payloads()).toEqual(["before", "while off", "after"]);
    expect(await consumersOf(publisher, name)).toBe(0);
  });

  test("a second cut and a handover while recovering lose and repeat nothing", async () => {
    const { publish } = await begin();
    const { client } = recording.observed;
    await recording.cut();
    await publish(count(0, 100));
    recording.mend();
    await until("the subscription", () => recording.subscription.status === "active");
    await publish(count(100, 110));
    await recording.cut();
    await publish(count(110, 120));
    recording.mend();
    await until("the subscription", () => recording.subscription.status === "active");
    await client.reconnect();
    await publish(count(120, 130));
    const gap = await recording.nextGap(0);
    await until("all of them", () => recording.messages.length >= 130);
    expect(recording.payloads()).toEqual(count(0, 130));
    expect(recording.gaps).toEqual([gap]);
    expect(gap.missing).toEqual({ exactly: 0 });
  });

  test("a stop and an unsubscribe while recovering end it; what is left is told or recovered later", async () => {
    const { publish } = await begin();
    const { observed, subscription } = recording;
    await recording.cut();
    await publish(count(0, 10));
    recording.mend();
    await until("the subscription", () => subscription.status === "active");
    await observed.client.stop();
    expect(recording.gaps.map(({ missing }) => missing)).toEqual(["unknown"]);
    await untilEqual(async () => webSocketClients(await broker.connz()).length, 0);
    await observed.client.start();
    expect(await recording.nextGap(1)).toMatchObject({ missing: { exactly: 0 }, recovered: 10 });
    await until("all of them", () => recording.messages.length === 10);
    await recording.cut();
    await publish(["never"]);
    recording.mend();
    await until("the subscription", () => subscription.status === "active");
    subscription.unsubscribe();
    await untilEqual(
      async () => webSocketClients(await broker.connz()).map((one) => one.subscriptions_list ?? []),
      [[]],
    );
    expect(recording.messages).toHaveLength(10);
  });

  test("a stream that was put in another's place is not taken for it", async () => {
    const { name, publish } = await begin();
    await recording.cut();
    await deleteStream(publisher, name);
    await createStream(publisher, name, [`${name}.>`], { allow_direct });
    await publish(count(0, 5));
    recording.mend();
    expect(await recording.nextGap(0)).toMatchObject({ missing: "unknown", recovered: 0 });
    await publish(["live"]);
    await until("the live one", () => recording.payloads().join() === "live");
  });

  test("a stream that keeps one message per subject can't give back what it let go of, and says so", async () => {
    streams += 1;
    const name = `S${streams}`;
    await createStream(publisher, name, [`${name}.>`], { allow_direct, max_msgs_per_subject: 1 });
    recording = record(broker.webSocketUrl, `${name}.>`, name);
    await recording.begin();
    await recording.cut();
    for (const payload of ["a1", "b1", "a2", "b2", "a3"]) {
      publisher.publish(`${name}.${payload.charAt(0)}`, payload);
    }
    await publisher.flush();
    recording.mend();
    expect(await recording.nextGap(0)).toMatchObject({ missing: { atMost: 3 }, recovered: 2 });
    await until("the last ones", () => recording.payloads().join() === "b2,a3");
  });
});

describe("a server that is killed", () => {
  test("what a stream on disk got before and after is recovered", async () => {
    const broker = await startNatsServer({ jetStream: true });
    let publisher = await connectPublisher(broker.tcpUrl);
    await createStream(publisher, "S", ["s"], { allow_direct: true });
    const recording = record(broker.webSocketUrl, "s", "S");
    try {
      await recording.begin();
      await recording.cut();
      for (const payload of count(0, 20)) await publisher.request("s", payload);
      await broker.kill();
      await publisher.closed();
      await broker.restart();
      publisher = await connectPublisher(broker.tcpUrl);
      for (const payload of count(20, 40)) await publisher.request("s", payload);
      recording.mend();
      expect(await recording.nextGap(0)).toMatchObject({ missing: { exactly: 0 }, recovered: 40 });
      await until("all of them", () => recording.messages.length === 40);
      expect(recording.payloads()).toEqual(count(0, 40));
    } finally {
      recording.mend();
      await recording.observed.client.stop();
      await publisher.close();
      await broker.stop();
    }
  });
});
