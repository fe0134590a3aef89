import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { History, Message } from "../../client/index.ts";
import { publishSteadily } from "../support/clients/pace.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { type Recording, record } from "../support/clients/recording.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { consumersOf, createStream, lastSequenceOf } from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const count = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

/** Without batches each republished header needs a request of its own, which is slow on a busy machine. */
const READS_BATCHES = selectedRelease() !== "2.9.10";

describe.each([
  ["that republishes", 500, { allow_direct: true, republish: { src: ">", dest: "re.>" } }],
  ["that only triggers", READS_BATCHES ? 500 : 50, { allow_direct: true }],
  // Read one by one through the server's API.
  ["that only its leader answers for", 50, { allow_direct: false }],
])("a stream %s", (_name, perSecond, config) => {
  let broker: Broker;
  let publisher: NatsConnection;
  let recording: Recording;
  let streams = 0;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
  });
  afterEach(async () => {
    recording.restore();
    await recording.observed.client.stop();
  });
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  /** A fresh stream and a client that follows it; half of the stream's messages are on other subjects. */
  async function begin(): Promise<{ name: string; publish: (payloads: readonly string[]) => Promise<void> }> {
    streams += 1;
    const name = `S${streams}`;
    await createStream(publisher, name, [`${name}.>`], config);
    const source = { name, ...("republish" in config ? { republished: `re.${name}.mine.*` } : {}) };
    recording = record(broker.webSocketUrl, `${name}.mine.*`, source);
    await recording.begin();
    let stored = 0;
    const publish = async (payloads: readonly string[]) => {
      for (const payload of payloads) {
        publisher.publish(`${name}.mine.${payload.length}`, payload);
        publisher.publish(`${name}.others`, payload);
      }
      stored += 2 * payloads.length;
      await untilEqual(() => lastSequenceOf(publisher, name), stored);
    };
    return { name, publish };
  }

  test("after a cut, the messages of two publishers arrive exactly once and in order", async () => {
    const { name } = await begin();
    const { observed } = recording;
    const pace = { perSecond, seconds: 4 };
    const one = publishSteadily(publisher, pace, (i) => ({ subject: `${name}.mine.a`, payload: `a${i}` }));
    const other = publishSteadily(publisher, pace, (i) => ({ subject: `${name}.mine.b`, payload: `b${i}` }));
    await until("some of them", () => recording.messages.length > perSecond * 0.8);
    await recording.cut();
    await until("some are missed", async () => (await missedOf(name)) > perSecond * 0.8);
    recording.restore();
    const gap = await recording.nextGap(0);
    const total = (await one) + (await other);
    // Read one by one, messages arrive slowly on a busy machine.
    await until("all of them", () => recording.messages.length >= total, 40_000);
    const of = (letter: string) => recording.payloads().filter((payload) => payload.startsWith(letter));
    expect(of("a")).toEqual(count(0, 4 * perSecond).map((i) => `a${i}`));
    expect(of("b")).toEqual(count(0, 4 * perSecond).map((i) => `b${i}`));
    expect(gap.missing).toEqual({ exactly: 0 });
    expect(recording.subscription.counts).toMatchObject({ received: total, delivered: total, failed: 0 });
    expect(gap.recovered).toBeGreaterThan(0);
    const { cause: _, ...rest } = gap;
    expect(observed.client.timeline.entries.find(({ type }) => type === "gap")).toMatchObject(rest);
  });

  /** Number of the stream's messages that the client under test hasn't received. */
  async function missedOf(name: string): Promise<number> {
    const answer = await publisher.request(`$JS.API.STREAM.INFO.${name}`);
    return answer.json<{ state: { last_seq: number } }>().state.last_seq - recording.messages.length;
  }

  test("recovers ten seconds of missed messages, in order and before live ones", async () => {
    const missed = 10 * perSecond;
    const { publish } = await begin();
    await publish(count(0, 50));
    await until("the first", () => recording.messages.length === 50);
    await recording.cut();
    await publish(count(50, 50 + missed));
    recording.restore();
    await until("the subscription", () => recording.subscription.status === "active");
    await publish(count(50 + missed, 100 + missed));
    const gap = await recording.nextGap(0);
    await until("all of them", () => recording.messages.length >= 100 + missed);
    expect(gap.missing).toEqual({ exactly: 0 });
    expect(gap.recovered).toBeGreaterThan(0);
    expect(recording.payloads()).toEqual(count(0, 100 + missed));
  });

  test("recovers messages missed during a user's pause, without ever creating a consumer", async () => {
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

  test("a second cut and a handover during recovery lose and repeat nothing", async () => {
    const { publish } = await begin();
    const { client } = recording.observed;
    await recording.cut();
    await publish(count(0, 100));
    recording.restore();
    await until("the subscription", () => recording.subscription.status === "active");
    await publish(count(100, 110));
    await recording.cut();
    await publish(count(110, 120));
    recording.restore();
    await until("the subscription", () => recording.subscription.status === "active");
    await client.reconnect();
    await publish(count(120, 130));
    await until("all of them", () => recording.messages.length >= 130);
    expect(recording.payloads()).toEqual(count(0, 130));
    await until("it is whole", () => recording.subscription.sequence?.state === "current");
    for (const { missing } of recording.gaps) expect(missing).toEqual({ exactly: 0 });
  });

  test("an unsubscribe and a stop during reading leave nothing behind, and messages missed during a stop arrive later", async () => {
    const { publish } = await begin();
    const { observed, subscription } = recording;
    await recording.cut();
    await publish(count(0, 2000));
    recording.restore();
    await until("the subscription", () => subscription.status === "active");
    await observed.client.stop();
    await untilEqual(async () => webSocketClients(await broker.connz()).length, 0);
    await observed.client.start();
    await recording.nextGap(0);
    await until("all of them", () => recording.messages.length >= 2000);
    expect(recording.payloads()).toEqual(count(0, 2000));
    await recording.cut();
    await publish(count(2000, 4000));
    recording.restore();
    await until("the subscription", () => subscription.status === "active");
    subscription.unsubscribe();
    const sofar = recording.messages.length;
    // The inbox of the requests exists as long as the link.
    const subjects = async () =>
      webSocketClients(await broker.connz()).flatMap((one) => one.subscriptions_list ?? []);
    await until("it is gone", async () =>
      (await subjects()).every((subject) => subject.startsWith("_INBOX.")),
    );
    expect(recording.messages).toHaveLength(sofar);
  });

  test("listeners to one subject share one subscription, and each gets its own history", async () => {
    const { name, publish } = await begin();
    const { client } = recording.observed;
    await publish(count(0, 20));
    await until("twenty", () => recording.messages.length === 20);
    const republished = "republish" in config ? { republished: `re.${name}.mine.*` } : {};
    const seen = (history: History) => {
      const payloads: string[] = [];
      const stream = { name, ...republished, history };
      const take = ({ data, isHistory }: Message) =>
        payloads.push(`${new TextDecoder().decode(data)}${isHistory ? " before" : ""}`);
      client.subscribe(`${name}.mine.*`, take, { name: JSON.stringify(history), stream });
      return payloads;
    };
    const three = seen({ last: 3 });
    const each = seen({ lastPerSubject: true });
    await until("three", () => three.length === 3);
    await until("each", () => each.length === 2);
    await publish(["100"]);
    await until("the live one", () => three.length === 4 && each.length === 3);
    expect(three).toEqual(["17 before", "18 before", "19 before", "100"]);
    expect(each).toEqual(["9 before", "19 before", "100"]);
    const [connection] = webSocketClients(await broker.connz());
    const own = connection?.subscriptions_list?.filter((subject) => !subject.startsWith("_INBOX."));
    expect(own).toEqual([republished.republished ?? `${name}.mine.*`]);
  });

  test("several handovers in a row deliver each message once, in order, without a gap", async () => {
    const { name } = await begin();
    const { client } = recording.observed;
    const enough = new AbortController();
    onTestFinished(() => enough.abort());
    const pace = { perSecond, seconds: 120, signal: enough.signal };
    const sending = publishSteadily(publisher, pace, (i) => ({
      subject: `${name}.mine.a`,
      payload: String(i),
    }));
    let handovers = 0;
    client.timeline.onEntry(({ type }) => {
      if (type === "handover") handovers += 1;
    });
    for (let i = 0; i < 4; i += 1) {
      // A reconnect() during a handover has no effect.
      await until("a handover", () => {
        if (handovers === i) void client.reconnect();
        return handovers > i;
      });
    }
    enough.abort();
    const total = await sending;
    await until("all of them", () => recording.messages.length >= total);
    expect(recording.payloads()).toEqual(count(0, total));
    expect(recording.gaps).toEqual([]);
  });
});

describe("a server that is killed", () => {
  test("recovers what a stream on disk stored before and after", async () => {
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
      recording.restore();
      expect(await recording.nextGap(0)).toMatchObject({ missing: { exactly: 0 }, recovered: 40 });
      await until("all of them", () => recording.messages.length === 40);
      expect(recording.payloads()).toEqual(count(0, 40));
    } finally {
      recording.restore();
      await recording.observed.client.stop();
      await publisher.close();
      await broker.stop();
    }
  });
});
