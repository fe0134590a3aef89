import { headers, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../client/clock.ts";
import type { Clock } from "../../client/options.ts";
import type { StreamSource } from "../../client/sequence/port.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { type FeedUnderTest, type Heard, sequenced } from "../support/clients/sequenced.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import {
  createStream,
  deleteStream,
  jetStream,
  lastSequenceOf,
  streamHas,
} from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** nats-server 2.9.10 lacks some features used here; on it, the tests expect its own behaviour. */
const hasAll = selectedRelease() === "2.15";

/** Long timers never fire, so that a feed can't correct a mistake with its periodic check. */
const IMPATIENT: Clock = {
  ...systemClock,
  after: (delayMs, callback) => (delayMs > 1000 ? () => {} : systemClock.after(delayMs, callback)),
};

describe("unusual streams", () => {
  let broker: Broker;
  let publisher: NatsConnection;
  let under: FeedUnderTest;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
  });
  afterEach(() => under.end());
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  async function open(subject: string, source: StreamSource, clock?: Clock): Promise<Heard> {
    under = sequenced(subject, source, clock);
    const heard = under.add();
    await under.connect(broker.webSocketUrl);
    return heard;
  }

  test("a transform within the feed's subjects delivers messages under the stream's subjects", async () => {
    await createStream(publisher, "IN", ["in.>"], {
      allow_direct: true,
      subject_transform: { src: "in.raw.*", dest: "in.cooked.{{wildcard(1)}}" },
    });
    expect(await streamHas(publisher, "IN", "subject_transform")).toBe(hasAll);
    const heard = await open("in.>", { name: "IN" });
    await under.isCurrent();
    await publisher.request("in.raw.a", "one");
    await until("it", () => heard.messages.length === 1);
    expect(heard.messages[0]).toMatchObject({ subject: hasAll ? "in.cooked.a" : "in.raw.a", sequence: 1 });
  });

  test("a transform out of the feed's subjects is reported as the reason why the stream can't be read", async () => {
    await createStream(publisher, "OUT", ["out.>"], {
      allow_direct: true,
      subject_transform: { src: "out.raw.*", dest: "out.cooked.{{wildcard(1)}}" },
    });
    expect(await streamHas(publisher, "OUT", "subject_transform")).toBe(hasAll);
    const heard = await open("out.raw.*", { name: "OUT" });
    await under.isCurrent();
    await publisher.request("out.raw.a", "one");
    if (!hasAll) {
      await until("it", () => heard.messages.length === 1);
      expect(heard.messages[0]).toMatchObject({ subject: "out.raw.a", sequence: 1 });
      expect(under.feed.state).toEqual({ state: "current", lastSequence: 1 });
      return;
    }
    await until("it is refused", () => under.feed.state.state === "unreadable");
    expect(under.feed.state.reason).toBe("elsewhere");
    expect(heard.messages).toEqual([]);
  });

  test("a mirror and a stream with sources are read like any other", async () => {
    await createStream(publisher, "ORIGIN", ["origin.>"], { allow_direct: true });
    await jetStream(publisher, "STREAM.CREATE.MIRROR", {
      name: "MIRROR",
      allow_direct: true,
      mirror: { name: "ORIGIN" },
    });
    await jetStream(publisher, "STREAM.CREATE.SUM", {
      name: "SUM",
      allow_direct: true,
      sources: [{ name: "ORIGIN" }],
    });
    for (const name of ["MIRROR", "SUM"]) {
      // A stream copies messages of its sources with some delay.
      const before = await lastSequenceOf(publisher, "ORIGIN");
      await untilEqual(() => lastSequenceOf(publisher, name), before);
      const heard = await open("origin.>", { name });
      await under.isCurrent();
      for (let i = 0; i < 50; i += 1) await publisher.request("origin.a", String(i));
      await until("all", () => heard.messages.length >= 50);
      expect(heard.payloads()).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
      expect(heard.gaps).toEqual([]);
      await under.end();
    }
  });

  test("fetches the payloads when only headers are republished", async () => {
    await createStream(publisher, "BARE", ["bare.>"], {
      allow_direct: true,
      republish: { src: ">", dest: "headers.>", headers_only: true },
    });
    const heard = await open("bare.>", { name: "BARE", republished: "headers.bare.>" });
    await under.isCurrent();
    for (const payload of ["one", "two", "three"]) await publisher.request("bare.a", payload);
    await until("all", () => heard.messages.length >= 3);
    expect(heard.payloads()).toEqual(["one", "two", "three"]);
  });

  test.each<[string, Partial<StreamSource>]>([
    ["FORWARD", {}],
    ["AGAIN", { republished: "re.AGAIN.>" }],
  ])(
    "stream headers that a publisher copied from another message don't count as the server's (%s)",
    async (name, source) => {
      const republish = source.republished === undefined ? {} : { republish: { src: ">", dest: "re.>" } };
      await createStream(publisher, name, [`${name}.>`], { allow_direct: true, ...republish });
      const heard = await open(`${name}.>`, { name, ...source }, IMPATIENT);
      await under.isCurrent();
      const forwarded = headers();
      const had = { Stream: "OTHER", Subject: "other", Sequence: "77", "Time-Stamp": "2001-01-01T00:00:00Z" };
      const counted = { "Num-Pending": "3", "Last-Sequence": "76", "UpTo-Sequence": "99", "Msg-Size": "9" };
      forwarded.set("2nd-hand", "yes");
      for (const [header, value] of Object.entries({ ...had, ...counted }))
        forwarded.set(`Nats-${header}`, value);
      const options = { headers: forwarded, timeout: 5000 };
      for (let i = 0; i < 6; i += 1) {
        await publisher.request(`${name}.a`, String(i), i % 2 === 0 ? options : undefined);
        await until("it", () => heard.messages.length === i + 1);
      }
      const late = under.add({ last: 4 });
      await until("its history", () => late.messages.length === 4);
      await publisher.request(`${name}.a`, "last", options);
      await until("the last", () => heard.messages.length === 7 && late.messages.length === 5);
      expect(heard.sequences()).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(late.sequences()).toEqual([3, 4, 5, 6, 7]);
      expect(heard.messages[6]).toMatchObject({ subject: `${name}.a`, sequence: 7 });
      expect(heard.messages[6]?.publishedAtMs ?? Date.now()).toBeGreaterThan(Date.parse("2020-01-01"));
      expect(heard.messages[6]?.headers?.get("2nd-hand")).toBe("yes");
      expect([heard.dropped, heard.gaps, under.feed.state]).toEqual([
        0,
        [],
        { state: "current", lastSequence: 7 },
      ]);
    },
  );

  test("drops and counts replies that are directed to a feed's subject", async () => {
    await createStream(publisher, "AIM", ["aim.>"], {
      allow_direct: true,
      republish: { src: ">", dest: "re.>" },
    });
    await createStream(publisher, "FOREIGN", ["foreign.>"], {
      allow_direct: true,
      republish: { src: ">", dest: "re.aim.>" },
    });
    const heard = await open("aim.a", { name: "AIM", republished: "re.aim.>" });
    await under.isCurrent();
    for (let i = 0; i < 3; i += 1) await publisher.request("aim.a", String(i));
    await until("three", () => heard.messages.length === 3);
    // One answer, then a batch of two and its end; a server without batches answers with the first only.
    const answers = hasAll ? 4 : 2;
    publisher.publish("$JS.API.DIRECT.GET.AIM", '{"seq":1}', { reply: "re.aim.a" });
    publisher.publish("$JS.API.DIRECT.GET.AIM", '{"seq":2,"batch":2}', { reply: "re.aim.a" });
    // Another subject of the stream, another stream, and a subject without a stream.
    await publisher.request("aim.b", "b");
    await publisher.request("foreign.a", "f");
    const forged = headers();
    forged.set("Nats-Sequence", "4");
    publisher.publish("re.aim.a", "forged", { headers: forged });
    await until("all are counted", () => heard.dropped >= answers + 3);
    await publisher.request("aim.a", "last");
    await until("the last", () => heard.payloads().at(-1) === "last");
    expect(heard.payloads()).toEqual(["0", "1", "2", "last"]);
    expect(heard.dropped).toBe(answers + 3);
    expect(heard.gaps).toEqual([]);
  });

  test("reads a stream that is created later, once it exists", async () => {
    const heard = await open("later.>", { name: "LATER" });
    await until("it is said", () => under.feed.state.state === "unreadable");
    expect(under.feed.state.reason).toBe("no-stream");
    await createStream(publisher, "LATER", ["later.>"], { allow_direct: true });
    await under.isCurrent();
    await publisher.request("later.a", "one");
    await until("it", () => heard.payloads()[0] === "one");
  });

  test("doesn't wait for a message that the stream refused", async () => {
    await createStream(publisher, "SMALL", ["small.>"], { allow_direct: true, max_msg_size: 10 });
    const heard = await open("small.>", { name: "SMALL" });
    await under.isCurrent();
    await publisher.request("small.a", "short");
    await until("the short one", () => heard.messages.length === 1);
    await publisher.request("small.a", "much too long for it");
    await until("it is said", () => under.feed.state.reason !== undefined);
    expect(under.feed.state.state).toBe("current");
    await publisher.request("small.a", "short");
    await until("the short one", () => heard.messages.length === 2);
    expect(heard.gaps).toEqual([]);
  });

  test("a stream that was purged before the feed opened counts as complete", async () => {
    await createStream(publisher, "EMPTIED", ["emptied.>"], { allow_direct: true });
    for (let i = 0; i < 5; i += 1) await publisher.request("emptied.a", "x");
    await jetStream(publisher, "STREAM.PURGE.EMPTIED");
    const heard = await open("emptied.>", { name: "EMPTIED" });
    await under.isCurrent();
    expect(under.feed.state.lastSequence).toBe(5);
    await publisher.request("emptied.a", "one");
    await until("it", () => heard.messages.length === 1);
    expect(heard.messages[0]?.sequence).toBe(6);
  });
});

test("requests JetStream in a domain under the domain's prefix", async () => {
  const broker = await startNatsServer({ jetStream: { domain: "hub" } });
  const publisher = await connectPublisher(broker.tcpUrl);
  const under = sequenced("far.>", { name: "FAR", directGet: "$JS.hub.API.DIRECT.GET.FAR" });
  try {
    await createStream(publisher, "FAR", ["far.>"], { allow_direct: true });
    await publisher.request("far.a", "before");
    const heard = under.add({ last: 5 });
    await under.connect(broker.webSocketUrl);
    await under.isCurrent();
    await publisher.request("far.a", "live");
    await until("both", () => heard.messages.length === 2);
    expect(heard.payloads()).toEqual(["before", "live"]);
  } finally {
    await under.end();
    await publisher.close();
    await broker.stop();
  }
});

/** What 2.9.10 republishes doesn't say when it was stored. */
describe.runIf(!hasAll)("a stream that republishes without time", () => {
  let broker: Broker;
  let publisher: NatsConnection;
  let under: FeedUnderTest;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
  });
  afterEach(() => under.end());
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  test.each([3, 20])(
    "a republishing stream is recreated during a break, with %i messages by then",
    async (newer) => {
      const name = `N${newer}`;
      const config = { allow_direct: true, republish: { src: ">", dest: "re.>" } };
      await createStream(publisher, name, [`${name}.>`], config);
      under = sequenced(`${name}.>`, { name, republished: `re.${name}.>` });
      const heard = under.add();
      const link = await under.connect(broker.webSocketUrl);
      await under.isCurrent();
      const publish = async (from: number, to: number) => {
        for (let i = from; i < to; i += 1) await publisher.request(`${name}.a`, String(i));
      };
      await publish(0, 5);
      await until("five", () => heard.messages.length === 5);
      // Live messages have no storage time, so the feed requests one message.
      await until("it is asked", () =>
        under.links[0]?.requests.some(({ payload }) => /^{"seq":\d+}$/.test(payload)),
      );
      await link.request(`$JS.API.STREAM.INFO.${name}`, "", { timeout: 30_000 });
      await under.cut(link);
      await deleteStream(publisher, name);
      await createStream(publisher, name, [`${name}.>`], config);
      await publish(100, 100 + newer);
      await under.connect(broker.webSocketUrl);
      await until("the new ones", () => heard.messages.length >= 5 + newer);
      expect(heard.payloads().slice(5)).toEqual(Array.from({ length: newer }, (_, i) => String(100 + i)));
      expect(heard.gaps).toContainEqual(expect.objectContaining({ kind: "discarded", missing: "unknown" }));
    },
  );
});
