/** Kinds of streams: a feed by sequence gets all their messages. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import type { Stored } from "../support/ledger/by-sequence.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream, deleteStream } from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { freePort } from "../support/tools/ports.ts";
import { whole } from "./support/follower.ts";
import { numbered, type Publication, publish, publishUnacknowledged } from "./support/publish.ts";
import { ProxiedFollower, SOURCES, StreamServer } from "./support/stream-server.ts";

/** Whether the release has the stream options below; nats-server 2.9.10 ignores them. */
const hasNewOptions = selectedRelease() === "2.15";

let server: StreamServer;

beforeAll(async () => {
  server = await StreamServer.start();
});
afterAll(() => server.stop());

/** The messages of an atomic batch; the last one commits it unless `commits` is false (NATS ADR-50). */
function batch(subject: string, name: string, from: number, to: number, commits = true): Publication[] {
  return numbered(subject, name, from, to).map((message, index, { length }) => ({
    ...message,
    headers: {
      "Nats-Batch-Id": `${name}-${from}`,
      "Nats-Batch-Sequence": String(index + 1),
      ...(commits && index === length - 1 ? { "Nats-Batch-Commit": "1" } : {}),
    },
  }));
}

/** Publishes a batch that commits, and returns the sequences of its messages. */
async function publishBatch(messages: readonly Publication[]): Promise<Stored[]> {
  for (const message of messages.slice(0, -1)) publishUnacknowledged(server.nats, message);
  const committed = await publish(server.nats, messages.slice(-1));
  const { sequence: last = 0, atMs = 0 } = committed[0] ?? {};
  return messages.map(({ id }, index) => ({ id, sequence: last - (messages.length - 1) + index, atMs }));
}

test.each([
  ["allow_atomic", true],
  ["allow_msg_counter", true],
  ["subject_transform", { src: "KNOWN.in.>", dest: "KNOWN.out.>" }],
])(`nats-server ${selectedRelease()} ${hasNewOptions ? "has" : "lacks"} %s`, async (option, value) => {
  await createStream(server.nats, "KNOWN", ["KNOWN.>"], { allow_direct: true, [option]: value });
  try {
    const answer = await server.nats.request("$JS.API.STREAM.INFO.KNOWN");
    const { config } = answer.json<{ config: Record<string, unknown> }>();
    expect(option in config).toBe(hasNewOptions);
  } finally {
    await deleteStream(server.nats, "KNOWN");
  }
});

describe.concurrent.each(SOURCES)("a %s feed", (source) => {
  test("a stream without allow_direct is read from its leader, and every message comes", async () => {
    const name = `LEADER_${source}`;
    const stream = await server.createStream(name, source, { allow_direct: false });
    const follower = await server.follow({ subject: `${name}.>`, stream });
    const first = await publish(server.nats, numbered(`${name}.a`, "m", 0, 5));
    await follower.receives(5);
    let missed: typeof first = [];
    await follower.breakWhile(async () => {
      missed = await publish(server.nats, numbered(`${name}.a`, "m", 5, 45));
    });
    await follower.receives(45);
    expect(follower.account([...first, ...missed])).toMatchObject(whole(45));
    await follower.stop();
  });
});

if (hasNewOptions) {
  describe.concurrent.each(SOURCES)("a %s feed", (source) => {
    test("an atomic batch comes once it is committed, and never without a commit", async () => {
      const name = `BATCH_${source}`;
      const stream = await server.createStream(name, source, { allow_atomic: true });
      const follower = await server.follow({ subject: `${name}.>`, stream });
      const subject = `${name}.a`;
      for (const message of batch(subject, "never", 0, 4, false)) publishUnacknowledged(server.nats, message);
      const live = await publishBatch(batch(subject, "live", 0, 10));
      await follower.receives(10);
      let missed: typeof live = [];
      await follower.breakWhile(async () => {
        missed = await publishBatch(batch(subject, "missed", 0, 10));
      });
      await follower.receives(20);
      expect(follower.account([...live, ...missed])).toMatchObject(whole(20));
      await follower.stop();
    });

    test.each([
      { where: "within", subjects: ["in", "out"] },
      { where: "outside", subjects: ["in"] },
    ])(
      "with a subject transform $where the stream's subjects, messages come under the stored subject",
      async ({ where, subjects }) => {
        const name = `TRANSFORM_${where}_${source}`;
        const stream = await server.createStream(name, source, {
          subjects: subjects.map((token) => `${name}.${token}.>`),
          subject_transform: { src: `${name}.in.>`, dest: `${name}.out.>` },
        });
        const follower = await server.follow({ subject: `${name}.out.>`, stream });
        const first = await publish(server.nats, numbered(`${name}.in.a`, "m", 0, 5));
        await follower.receives(5);
        let missed: typeof first = [];
        await follower.breakWhile(async () => {
          missed = await publish(server.nats, numbered(`${name}.in.a`, "m", 5, 25));
        });
        await follower.receives(25);
        expect(follower.account([...first, ...missed])).toMatchObject(whole(25));
        await follower.stop();
      },
    );

    test("the messages of a counter come with the stream's totals, not with the published increments", async () => {
      const name = `COUNTER_${source}`;
      const stream = await server.createStream(name, source, { allow_msg_counter: true });
      const follower = await server.follow({ subject: `${name}.>`, stream });
      const count = async (from: number, to: number) => {
        const messages = numbered(`${name}.a`, "add", from, to).map((one) => ({
          ...one,
          headers: { "Nats-Incr": "1" },
          isEmpty: true,
        }));
        const stored = await publish(server.nats, messages);
        return stored.map((one, index) => ({ ...one, id: `{"val":"${from + index + 1}"}` }));
      };
      const first = await count(0, 5);
      await follower.receives(5);
      let missed: typeof first = [];
      await follower.breakWhile(async () => {
        missed = await count(5, 25);
      });
      await follower.receives(25);
      expect(follower.account([...first, ...missed])).toMatchObject(whole(25));
      await follower.stop();
    });
  });
}

describe.each(SOURCES)("a %s feed of a JetStream domain behind a leaf node", (source) => {
  test("every message of the hub's stream comes through the leaf node", async () => {
    const leafPort = await freePort();
    const hub = await StreamServer.start(`leafnodes { listen: "127.0.0.1:${leafPort}" }`, "hub");
    const leaf = await startNatsServer({
      config: `leafnodes { remotes: [{ url: "nats-leaf://127.0.0.1:${leafPort}" }] }`,
    });
    const proxy = await FaultProxy.start({
      port: await freePort(),
      target: Number(new URL(leaf.webSocketUrl).port),
      protocol: "tcp",
    });
    const stream = await hub.createStream("S", source);
    const listening = { ...stream, directGet: "$JS.hub.API.DIRECT.GET.S" };
    const follower = new ProxiedFollower(proxy, { subject: "S.>", stream: listening });
    try {
      await follower.start();
      const first = await publish(hub.nats, numbered("S.a", "m", 0, 5));
      await follower.receives(5);
      let missed: typeof first = [];
      await follower.breakWhile(async () => {
        missed = await publish(hub.nats, numbered("S.a", "m", 5, 25));
      });
      await follower.receives(25);
      expect(follower.account([...first, ...missed])).toMatchObject(whole(25));
    } finally {
      await follower.stop();
      await leaf.stop();
      await hub.stop();
    }
  });
});
