import { headers, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { type FeedUnderTest, type Heard, sequenced } from "../support/clients/sequenced.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream, deleteStream, jetStream, purgeStream, streamHas } from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** nats-server 2.9.10 lacks some features used here; on it, the tests expect its own behaviour. */
const hasAll = selectedRelease() === "2.15";

const count = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

/** Number of sequences reported as missing to a listener; with the delivered messages they add up to all. */
function missingIn(heard: Heard): number {
  return heard.gaps.reduce((sum, { missing }) => {
    if (missing === "unknown") return Number.NaN;
    return sum + ("exactly" in missing ? missing.exactly : missing.atMost);
  }, 0);
}

describe.each([
  ["republishing", true],
  ["that only triggers", false],
])("a stream %s", (_name, republishes) => {
  let broker: Broker;
  let publisher: NatsConnection;
  let under: FeedUnderTest;
  let streams = 0;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
  });
  afterEach(() => under.end());
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  const republish = republishes ? { republish: { src: ">", dest: "re.>" } } : {};

  async function begin(filter: string, config: object = {}) {
    streams += 1;
    const name = `${republishes ? "R" : "T"}${streams}`;
    const create = () =>
      createStream(publisher, name, [`${name}.>`], { allow_direct: true, ...republish, ...config });
    await create();
    const subject = `${name}.${filter}`;
    under = sequenced(subject, { name, ...(republishes ? { republished: `re.${subject}` } : {}) });
    const heard = under.add();
    const link = await under.connect(broker.webSocketUrl);
    await under.isCurrent();
    const publish = async (payloads: readonly string[], token = "mine") => {
      for (const payload of payloads) await publisher.request(`${name}.${token}`, payload);
    };
    return { name, heard, publish, link, create };
  }

  test("with a limit reports the exact number of discarded messages, if it has no other subjects", async () => {
    const { heard, publish, link } = await begin(">", { max_msgs: 50 });
    await publish(count(0, 10));
    await until("ten", () => heard.messages.length === 10);
    await under.cut(link);
    await publish(count(10, 210));
    await under.connect(broker.webSocketUrl);
    await until("a gap", () => heard.gaps.length > 0);
    expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: { exactly: 150 }, recovered: 50 }]);
    expect(heard.payloads()).toEqual([...count(0, 10), ...count(160, 210)]);
  });

  test("with a limit and other subjects reports an upper bound", async () => {
    const { heard, publish, link } = await begin("mine", { max_msgs: 50 });
    await publish(count(0, 10));
    await until("ten", () => heard.messages.length === 10);
    await under.cut(link);
    for (let i = 10; i < 110; i += 1) {
      await publish([String(i)]);
      await publish(["x"], "other");
    }
    await under.connect(broker.webSocketUrl);
    await until("a gap", () => heard.gaps.length > 0);
    expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 150 }, recovered: 25 }]);
    expect(heard.payloads()).toEqual([...count(0, 10), ...count(85, 110)]);
  });

  test("purged by subject during a break reports an upper bound", async () => {
    const { heard, publish, link, name } = await begin("mine");
    await publish(["a"]);
    await until("the first", () => heard.messages.length === 1);
    await under.cut(link);
    await publish(["b", "c"]);
    await publish(["x", "y", "z"], "other");
    await purgeStream(publisher, name, `${name}.mine`);
    await publish(["d"]);
    await under.connect(broker.webSocketUrl);
    await until("a gap", () => heard.gaps.length > 0);
    expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 2 }, recovered: 1 }]);
    expect(heard.payloads()).toEqual(["a", "d"]);
  });

  test("that keeps one message per subject reports what was overwritten", async () => {
    const { heard, publish, link } = await begin(">", { max_msgs_per_subject: 1 });
    await publish(["a1"], "a");
    await until("one", () => heard.messages.length === 1);
    await under.cut(link);
    await publish(["a2", "a3"], "a");
    await publish(["b1"], "b");
    await publish(["a4"], "a");
    await under.connect(broker.webSocketUrl);
    await until("a gap", () => heard.gaps.length > 0);
    expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: { exactly: 2 }, recovered: 2 }]);
    expect(heard.payloads()).toEqual(["a1", "b1", "a4"]);
    for (let i = 0; i < 200; i += 1) publisher.publish(`${heard.messages[0]?.subject}`, String(i));
    await publisher.flush();
    await until("all is accounted for", () => heard.messages.length + missingIn(heard) >= 205);
    expect(heard.messages.length + missingIn(heard)).toBe(205);
    expect(heard.payloads().at(-1)).toBe("199");
  });

  test.each([5, 30])("recreated during a break, with %i messages by its end", async (newer) => {
    const { heard, publish, link, name, create } = await begin("mine");
    await publish(count(0, 10));
    await until("ten", () => heard.messages.length === 10);
    await under.cut(link);
    await deleteStream(publisher, name);
    await create();
    await publish(count(100, 100 + newer));
    await under.connect(broker.webSocketUrl);
    await until("the new ones", () => heard.messages.length >= 10 + newer);
    await publish(["live"]);
    await until("the live one", () => heard.payloads().at(-1) === "live");
    expect(heard.payloads()).toEqual([...count(0, 10), ...count(100, 100 + newer), "live"]);
    expect(heard.gaps).toMatchObject([
      { kind: "discarded", missing: "unknown" },
      { kind: "stop", missing: { exactly: 0 } },
    ]);
  });

  test("recreated while live, and filled past the old sequence at once", async () => {
    const { heard, publish, name, create } = await begin(">");
    await publish(count(0, 5));
    await until("five", () => heard.messages.length === 5);
    await deleteStream(publisher, name);
    await create();
    for (const payload of count(100, 107)) publisher.publish(`${name}.mine`, payload);
    await until("the new ones", () => heard.messages.length >= 12);
    expect(heard.payloads()).toEqual([...count(0, 5), ...count(100, 107)]);
    expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: "unknown" }]);
  });

  test.runIf(republishes).each<readonly [string, RegExp]>([
    ["the next message", /next_by_subj/],
    // nats-server 2.9.10 republishes without the storage time.
    ...(hasAll ? [] : [["the time of its last message", /"seq":\d+}/] satisfies [string, RegExp]]),
  ])("recreated just before the feed requests %s", async (_what, question) => {
    const { heard, publish, name, create } = await begin(">");
    const held = under.links[0]?.hold(question);
    await publish(count(0, 5));
    await until("five", () => heard.messages.length === 5);
    await held?.asked;
    await deleteStream(publisher, name);
    await create();
    await publish(count(100, 112));
    held?.release();
    await until("the last", () => heard.payloads().at(-1) === "111");
    expect(heard.payloads()).toEqual([...count(0, 5), ...count(100, 112)]);
    expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: "unknown" }]);
  });

  test("recreated after the feed reported no stream, and filled past the old sequence at once", async () => {
    const { heard, publish, name, create } = await begin(">");
    await publish(count(0, 5));
    await until("five", () => heard.messages.length === 5);
    const held = under.links[0]?.hold(/next_by_subj/);
    await held?.asked;
    await deleteStream(publisher, name);
    held?.release();
    await untilEqual(() => under.feed.state.reason, "no-stream");
    await create();
    await publish(count(100, 107));
    await until("the last", () => heard.payloads().at(-1) === "106");
    expect(heard.payloads()).toEqual([...count(0, 5), ...count(100, 107)]);
    expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: "unknown" }]);
  });

  test("recreated while live", async () => {
    const { heard, publish, name, create } = await begin(">");
    await publish(count(0, 10));
    await until("ten", () => heard.messages.length === 10);
    await deleteStream(publisher, name);
    await create();
    await publish(count(100, 105));
    await until("the new ones", () => heard.messages.length >= 15);
    await publish(["live"]);
    await until("the live one", () => heard.payloads().at(-1) === "live");
    expect(heard.payloads()).toEqual([...count(0, 10), ...count(100, 105), "live"]);
    expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: "unknown" }]);
  });

  test.each(["workqueue", "interest"])(
    "with %s retention reports what was consumed during a break",
    async (retention) => {
      const { heard, publish, link, name } = await begin(">", { retention });
      await jetStream(publisher, `CONSUMER.CREATE.${name}.worker`, {
        stream_name: name,
        config: { durable_name: "worker", ack_policy: "explicit", filter_subject: `${name}.>` },
      });
      await publish(count(0, 5));
      await until("five are accounted for", () => heard.messages.length === 5);
      await under.cut(link);
      await publish(count(5, 15));
      const taken = publisher.subscribe("taken");
      publisher.publish(`$JS.API.CONSUMER.MSG.NEXT.${name}.worker`, JSON.stringify({ batch: 12 }), {
        reply: "taken",
      });
      let acknowledged = 0;
      for await (const message of taken) {
        message.respond("+ACK");
        acknowledged += 1;
        if (acknowledged === 12) break;
      }
      await untilEqual(async () => firstSequenceOf(name), 13);
      await under.connect(broker.webSocketUrl);
      await until("a gap", () => heard.gaps.length > 0);
      expect(heard.gaps).toMatchObject([{ kind: "discarded", missing: { exactly: 7 }, recovered: 3 }]);
      expect(heard.payloads()).toEqual([...count(0, 5), ...count(12, 15)]);
    },
  );

  async function firstSequenceOf(name: string): Promise<number> {
    const { state } = await jetStream<{ state: { first_seq: number } }>(publisher, `STREAM.INFO.${name}`);
    return state.first_seq;
  }

  test("that answers from its leader only (allow_direct off)", async () => {
    const { heard, publish, link } = await begin("mine", { allow_direct: false });
    await publish(count(0, 3));
    await until("three", () => heard.messages.length === 3);
    await under.cut(link);
    await publish(count(3, 40));
    await publish(["x"], "other");
    await under.connect(broker.webSocketUrl);
    await publish(count(40, 45));
    await until("all", () => heard.messages.length >= 45);
    await until("a gap", () => heard.gaps.length > 0);
    expect(heard.payloads()).toEqual(count(0, 45));
    expect(heard.gaps).toMatchObject([{ missing: { exactly: 0 } }]);
  });

  test("delivers messages as published, whatever their headers claim", async () => {
    const { heard, name } = await begin("mine");
    const h = headers();
    h.append("trace", "one");
    h.append("trace", "two");
    h.append("Nats-Msg-Id", "7");
    h.append("Nats-Sequence", "999");
    h.append("Nats-Subject", "elsewhere");
    await publisher.request(`${name}.mine`, new Uint8Array([0, 255, 13, 10]), { headers: h, timeout: 5000 });
    await publisher.request(`${name}.mine`);
    await until("both", () => heard.messages.length === 2);
    const [first, second] = heard.messages;
    expect(first).toMatchObject({ subject: `${name}.mine`, sequence: 1 });
    expect([...(first?.data ?? [])]).toEqual([0, 255, 13, 10]);
    expect(first?.headers?.keys()).toEqual(["trace", "Nats-Msg-Id"]);
    expect(first?.headers?.values("trace")).toEqual(["one", "two"]);
    expect([second?.data.length, second?.headers]).toEqual([0, undefined]);
  });

  test("recovers 100 messages of 900 kB after a break", async () => {
    const { heard, publish, link } = await begin(">");
    await publish(["first"]);
    await until("the first", () => heard.messages.length === 1);
    await under.cut(link);
    await publish(Array.from({ length: 100 }, (_, i) => String(i).padEnd(900_000, ".")));
    await under.connect(broker.webSocketUrl);
    await until("all", () => heard.messages.length === 101);
    expect(heard.sequences()).toEqual(count(1, 102).map(Number));
  });

  test("delivers an atomic batch whole", async () => {
    const { heard, name } = await begin(">", { allow_atomic: true });
    for (let i = 1; i <= 20; i += 1) {
      const h = headers();
      h.set("Nats-Batch-Id", "b");
      h.set("Nats-Batch-Sequence", String(i));
      if (i === 20) h.set("Nats-Batch-Commit", "1");
      publisher.publish(`${name}.mine`, String(i), { headers: h });
      await publisher.flush();
    }
    await until("all", () => heard.messages.length >= 20);
    expect(heard.payloads()).toEqual(count(1, 21));
    expect(heard.gaps).toEqual([]);
  });

  test("a counter delivers its sums", async () => {
    const { heard, name } = await begin(">", { allow_msg_counter: true });
    expect(await streamHas(publisher, name, "allow_msg_counter")).toBe(hasAll);
    const h = headers();
    h.set("Nats-Incr", "+2");
    for (let i = 0; i < 5; i += 1) await publisher.request(`${name}.mine`, "", { headers: h, timeout: 5000 });
    await until("all", () => heard.messages.length >= 5);
    const sums = [2, 4, 6, 8, 10].map((value) => `{"val":"${value}"}`);
    expect(heard.payloads()).toEqual(hasAll ? sums : sums.map(() => ""));
  });
});
