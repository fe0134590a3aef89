import { headers, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { History } from "../../client/sequence/port.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { type FeedUnderTest, type Heard, sequenced } from "../support/clients/sequenced.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream, jetStream, lastSequenceOf } from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

describe("history", () => {
  let broker: Broker;
  let publisher: NatsConnection;
  let under: FeedUnderTest;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
    await createStream(publisher, "MANY", ["many.>"], { allow_direct: true });
    for (let i = 0; i < 3000; i += 1) publisher.publish(`many.${i % 30}`, String(i));
    await untilEqual(() => lastSequenceOf(publisher, "MANY"), 3000);
  });
  afterEach(() => under.end());
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  async function open(subject: string, name: string, history: History): Promise<Heard> {
    under = sequenced(subject, { name });
    const heard = under.add(history);
    await under.connect(broker.webSocketUrl);
    await under.isCurrent();
    return heard;
  }

  test("delivers the last 500 messages, then live ones, without loss or repeat", async () => {
    const heard = await open("many.>", "MANY", { last: 500 });
    const from = (await lastSequenceOf(publisher, "MANY")) - 500;
    // If published earlier, the message could be one of the last 500.
    await until("the history", () => heard.messages.length > 0);
    publisher.publish("many.x", "live");
    await until("the live one", () => heard.payloads().at(-1) === "live");
    expect(heard.sequences()).toEqual(Array.from({ length: 501 }, (_, i) => from + 1 + i));
    expect(heard.messages.map(({ isHistory }) => isHistory).indexOf(false)).toBe(500);
    expect(heard.gaps).toEqual([]);
  });

  test("delivers the last 50 messages of one subject among thirty", async () => {
    const heard = await open("many.7", "MANY", { last: 50 });
    const wanted = Array.from({ length: 100 }, (_, i) => String(7 + 30 * i));
    await until("all", () => heard.messages.length >= 50);
    expect(heard.payloads()).toEqual(wanted.slice(-50));
    // Since 2.11, one request returns several messages.
    if (selectedRelease() === "2.15") expect(under.links[0]?.requests.length).toBeLessThan(10);
  });

  test("delivers all messages when fewer exist than requested", async () => {
    const heard = await open("many.7", "MANY", { last: 5000 });
    await until("all", () => heard.messages.length >= 100);
    expect(heard.messages.length).toBe(100);
  });

  test("delivers messages since a time", async () => {
    publisher.publish("many.7", "before");
    await untilEqual(async () => (await lastPayload()) === "before", true);
    const sinceMs = Date.now() + 5;
    await until("time has passed", () => Date.now() > sinceMs + 5);
    publisher.publish("many.7", "one");
    publisher.publish("many.7", "two");
    await untilEqual(async () => (await lastPayload()) === "two", true);
    const heard = await open("many.7", "MANY", { sinceMs });
    await until("both", () => heard.messages.length >= 2);
    expect(heard.payloads()).toEqual(["one", "two"]);
    expect(heard.messages.every(({ isHistory }) => isHistory)).toBe(true);
  });

  async function lastPayload(): Promise<string> {
    const answer = await publisher.request(
      "$JS.API.DIRECT.GET.MANY",
      JSON.stringify({ last_by_subj: "many.7" }),
    );
    return answer.string();
  }

  test("delivers the last message of each subject, then changes", async () => {
    const heard = await open("many.>", "MANY", { lastPerSubject: true });
    const { state } = await jetStream<{ state: { num_subjects: number } }>(publisher, "STREAM.INFO.MANY");
    const first = state.num_subjects;
    await untilEqual(() => heard.messages.length, first);
    publisher.publish("many.3", "changed");
    await until("the change", () => heard.payloads().at(-1) === "changed");
    const subjects = heard.messages.slice(0, first).map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(first);
    expect(heard.messages.length).toBe(first + 1);
    expect(heard.sequences()).toEqual([...heard.sequences()].sort((a, b) => Number(a) - Number(b)));
  });

  test("delivers a bucket's last values of 2,500 keys with deletions marked, then changes", async () => {
    const name = "KV_big";
    await createStream(publisher, name, [`$KV.${name}.>`], { allow_direct: true, max_msgs_per_subject: 1 });
    for (let i = 0; i < 2500; i += 1) publisher.publish(`$KV.${name}.key${i}`, `v${i}`);
    const deletion = headers();
    deletion.set("KV-Operation", "DEL");
    publisher.publish(`$KV.${name}.key7`, "", { headers: deletion });
    await untilEqual(() => lastSequenceOf(publisher, name), 2501);
    const heard = await open(`$KV.${name}.>`, name, { lastPerSubject: true });
    await until("all", () => heard.messages.length >= 2500);
    publisher.publish(`$KV.${name}.key9`, "changed");
    await until("the change", () => heard.payloads().at(-1) === "changed");
    expect(heard.messages.length).toBe(2501);
    expect(new Set(heard.messages.map(({ subject }) => subject)).size).toBe(2500);
    const deleted = heard.messages.find(({ subject }) => subject.endsWith(".key7"));
    expect(deleted?.headers?.get("KV-Operation")).toBe("DEL");
    expect(deleted?.headers?.keys()).toEqual(["KV-Operation"]);
  });

  test("a later listener gets its own history, and joins the others without loss or repeat", async () => {
    const heard = await open("many.9", "MANY", { last: 3 });
    await until("the first", () => heard.messages.length === 3);
    let published = 0;
    const publishing = setInterval(() => publisher.publish("many.9", `live${published++}`), 1);
    const late: Heard[] = [];
    for (let i = 0; i < 5; i += 1) {
      await until("some more", () => published > 40 * (i + 1));
      late.push(under.add({ last: 20 }));
    }
    await until("more, behind the history of each", () =>
      late.every(({ messages }) => messages.some(({ isHistory }) => !isHistory)),
    );
    clearInterval(publishing);
    await until("the last", () => heard.payloads().at(-1) === `live${published - 1}`);
    for (const one of late) {
      await until("the last", () => one.payloads().at(-1) === `live${published - 1}`);
      const sequences = one.sequences();
      expect(sequences).toEqual(heard.sequences().slice(-sequences.length));
      expect(sequences.length).toBeGreaterThan(20);
    }
    expect(heard.payloads().slice(3)).toEqual(Array.from({ length: published }, (_, i) => `live${i}`));
  });
});
