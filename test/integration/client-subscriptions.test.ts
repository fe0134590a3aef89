/** Subscriptions: several listeners, queue groups, and ends that don't affect other subscriptions. */
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Message, MyceliumClient, TimelineEntry } from "../../client/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

let broker: Broker;
let publisher: NatsConnection;
let observed: ObservedClient;
let client: MyceliumClient;

beforeEach(async () => {
  broker = await startNatsServer();
  publisher = await connectPublisher(broker.tcpUrl);
  observed = observedClient(broker.webSocketUrl, { reconnect: { baseDelayMs: 10, maxDelayMs: 50 } });
  client = observed.client;
});
afterEach(async () => {
  await client.stop();
  await publisher.close();
  await broker.stop();
});

const text = ({ data }: Message): string => new TextDecoder().decode(data);
const active = () =>
  until("all is subscribed", () => client.subscriptions.every(({ status }) => status === "active"));
const onServer = async (): Promise<readonly string[]> =>
  webSocketClients(await broker.connz()).flatMap((one) => one.subscriptions_list ?? []);

async function publish(subject: string, ...payloads: readonly string[]): Promise<void> {
  for (const payload of payloads) publisher.publish(subject, payload);
  await publisher.flush();
}

describe("listeners to one subject", () => {
  test("both get all messages, over one subscription on the server", async () => {
    const one: string[] = [];
    const two: string[] = [];
    client.subscribe("s.>", (message) => one.push(text(message)), { name: "one" });
    client.subscribe("s.>", (message) => two.push(text(message)), { name: "two" });
    await client.start();
    await active();
    expect(await onServer()).toEqual(["s.>"]);
    await publish("s.a", "1", "2", "3");
    await until("all have come", () => two.length === 3);
    expect([one, two]).toEqual([
      ["1", "2", "3"],
      ["1", "2", "3"],
    ]);
  });

  test("ending a replaced listener doesn't affect others, however it ends", async () => {
    const heard: string[] = [];
    const aborts = new AbortController();
    const replaced = client.subscribe("s", () => heard.push("replaced"), { signal: aborts.signal });
    await client.start();
    await active();
    client.subscribe("s", () => heard.push("second"));
    await replaced.closed;
    aborts.abort();
    replaced.unsubscribe();
    expect(await onServer()).toEqual(["s"]);
    await publish("s", "x");
    await until("it has come", () => heard.length > 0);
    expect(heard).toEqual(["second"]);
    expect(client.subscriptions).toHaveLength(1);
  });

  test("a signal ends only its own listener, and is released when that ends otherwise", async () => {
    const aborts = new AbortController();
    const stays = client.subscribe("s", () => {}, { name: "stays" });
    const leaves = client.subscribe("s", () => {}, { name: "leaves", signal: aborts.signal });
    await client.start();
    await active();
    aborts.abort();
    await leaves.closed;
    expect(client.subscriptions).toEqual([stays]);
    expect(() => client.subscribe("s", () => {}, { signal: aborts.signal })).toThrow("abort");
  });
});

describe("for await", () => {
  const read = async (stream: AsyncIterable<Message>, into: string[]): Promise<"ended"> => {
    for await (const message of stream) into.push(text(message));
    return "ended";
  };

  test("ending one loop doesn't affect another on the same subject", async () => {
    const [one, two]: [string[], string[]] = [[], []];
    const first = client.messages("s");
    const second = client.messages("s");
    const ends = [read(first, one), read(second, two)] as const;
    await client.start();
    await active();
    await publish("s", "1");
    await until("both have it", () => one.length + two.length === 2);
    first.end();
    expect(await ends[0]).toBe("ended");
    await publish("s", "2");
    await until("the other has both", () => two.length === 2);
    expect([one, two]).toEqual([["1"], ["1", "2"]]);
    second.end();
    await ends[1];
    await untilEqual(onServer, []);
  });

  test.each([
    ["client.unsubscribe()", () => client.unsubscribe("s")],
    ["its subscription's unsubscribe()", () => client.subscriptions.at(0)?.unsubscribe()],
  ])("%s ends every loop over a stream", async (_, end) => {
    const heard: string[] = [];
    const stream = client.messages("s");
    const loops = [read(stream, heard), read(stream, heard), read(stream, heard)];
    await client.start();
    await active();
    await publish("s", "1", "2");
    await until("they have come", () => heard.length === 2);
    end();
    expect(await Promise.all(loops)).toEqual(["ended", "ended", "ended"]);
    expect(client.subscriptions).toEqual([]);
  });

  test("end() and a signal end the loop", async () => {
    const aborts = new AbortController();
    const streams = [client.messages("s"), client.messages("t", { signal: aborts.signal })] as const;
    const loops = streams.flatMap((stream) => [read(stream, []), read(stream, [])]);
    streams[0].end();
    aborts.abort();
    expect(await Promise.all(loops)).toEqual(["ended", "ended", "ended", "ended"]);
  });
});

describe("queue groups, headers and reply", () => {
  test("each message goes to one member of a group and to all plain subscribers", async () => {
    const other = observedClient(broker.webSocketUrl).client;
    let shared = 0;
    let all = 0;
    for (const member of [client, other]) {
      member.subscribe("work", () => shared++, { queue: "workers" });
      member.subscribe("work", () => all++);
      await member.start();
      await until("it is subscribed", () => member.subscriptions.every(({ status }) => status === "active"));
    }
    await publish("work", ...Array.from({ length: 40 }, String));
    await until("all have come", () => all === 80 && shared >= 40);
    // The replies arrive after everything that the server sent before.
    publisher.subscribe("after", {
      max: 2,
      callback: (_error, message) => {
        message.respond();
      },
    });
    await publisher.flush();
    await Promise.all([client.request("after"), other.request("after")]);
    expect([all, shared]).toEqual([80, 40]);
    await other.stop();
  });

  test("headers and reply subject arrive unchanged", async () => {
    const heard = publisher.subscribe("h", { max: 1 });
    await publisher.flush();
    await client.start();
    client.publish("h", "x", { headers: { "X-One": "1", "x-many": ["a", "b"] }, reply: "answers.here" });
    for await (const message of heard) {
      expect(message.reply).toBe("answers.here");
      expect(message.headers?.get("X-One")).toBe("1");
      expect(message.headers?.values("x-many")).toEqual(["a", "b"]);
      expect(message.string()).toBe("x");
    }
  });

  test.each([
    ["subscribe", () => client.subscribe("s", () => {}, { que: "q" } as object), /no option "que"/],
    ["messages", () => client.messages("s", { name: "n" } as object), /no option "name"/],
    ["publish", () => client.publish("s", "", { header: {} } as object), /no option "header"/],
    ["configure", () => client.configure({ pingInterval: 5 } as object), /no option "pingInterval"/],
    ["a queue", () => client.subscribe("s", () => {}, { queue: "two words" }), /queue "two words"/],
    ["a header's name", () => client.publish("s", "", { headers: { "a b": "" } }), /header name "a b"/],
    ["a header's value", () => client.publish("s", "", { headers: { a: "1\r\nb: 2" } }), /header "a"/],
    ["a reply", () => client.publish("s", "", { reply: "a.>" }), /wildcard/],
    ["no handler", () => client.subscribe("s", undefined as never), /handler/],
    ["a limit", () => client.messages("s", { limit: 0 }), /limit is 0/],
    [
      "queue and stream",
      () => client.subscribe("s", () => {}, { queue: "q", stream: "S" }),
      /queue and stream/,
    ],
    ["a stream's name", () => client.subscribe("s", () => {}, { stream: "a.b" }), /stream name "a.b"/],
    [
      "a history",
      () => client.subscribe("s", () => {}, { stream: { name: "S", history: { last: 0 } } }),
      /history.last is 0/,
    ],
    [
      "a time in microseconds",
      () => client.subscribe("s", () => {}, { stream: { name: "S", history: { sinceMs: 1.7e15 } } }),
      /history.sinceMs is 1700000000000000: use one of .*sinceMs \(epoch milliseconds\)/,
    ],
    [
      "a time in nanoseconds",
      () => client.subscribe("s", () => {}, { stream: { name: "S", history: { sinceMs: 1.7e18 } } }),
      /history.sinceMs is 1700000000000000000: use one of .*sinceMs \(epoch milliseconds\)/,
    ],
  ])("%s: an invalid value is refused by name", (_, call, message) => {
    expect(call).toThrow(message);
    expect(client.subscriptions).toEqual([]);
  });
});

describe("many subscriptions", () => {
  test.each([
    [200, 20],
    [600, 3],
  ])(
    "%i subscriptions and %i kills give one timeline entry per break, and losses are counted per subscription",
    async (count, kills) => {
      for (let index = 0; index < count; index += 1) client.subscribe(`s.${index}`, () => {});
      // Recorded as they come: the timeline drops its oldest entries, and a slow restart means many failed dials.
      const gaps: TimelineEntry[] = [];
      client.timeline.onEntry((entry) => {
        if (entry.type === "gap") gaps.push(entry);
      });
      await client.start();
      await active();
      for (let kill = 0; kill < kills; kill += 1) {
        await broker.kill();
        await observed.reaches("reconnecting");
        await broker.restart();
        await observed.reaches("live");
        await active();
      }
      expect(gaps).toHaveLength(kills);
      expect(gaps[0]).toMatchObject({ subjects: count, kind: "break", missing: "unknown", recovered: 0 });
      expect(client.stability).toMatchObject({ losses: kills, reconnects: kills, score: expect.any(Number) });
      publisher = await connectPublisher(broker.tcpUrl);
    },
  );
});
