/** The same requests to the same stream get the same answers from the simulator and from nats-server 2.15. */
import { createInbox, headers, type Msg, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../../test/support/clients/publisher.ts";
import type { Broker } from "../../test/support/servers/broker.ts";
import { startNatsServer } from "../../test/support/servers/nats-server.ts";
import { createStream } from "../../test/support/servers/stream.ts";
import { type Simulator, startSimulator } from "../index.ts";

let simulator: Simulator;
let broker: Broker;
let clients: readonly NatsConnection[] = [];

beforeAll(async () => {
  simulator = await startSimulator({
    streams: [
      { name: "S", subjects: ["s.>"], republishPrefix: "again" },
      { name: "KV_b", subjects: ["$KV.b.>"], maxMessagesPerSubject: 1 },
      { name: "EMPTY", subjects: ["empty"] },
    ],
  });
  broker = await startNatsServer({ release: "2.15", jetStream: true });
  clients = [await connectPublisher(simulator.tcpUrl), await connectPublisher(broker.tcpUrl)];
  const real = clients[1] as NatsConnection;
  await createStream(real, "S", ["s.>"], { allow_direct: true, republish: { src: ">", dest: "again.>" } });
  await createStream(real, "KV_b", ["$KV.b.>"], { allow_direct: true, max_msgs_per_subject: 1 });
  await createStream(real, "EMPTY", ["empty"], { allow_direct: true });
  for (const client of clients) {
    const own = headers();
    own.set("Own", "1");
    await client.request("s.a", "one");
    await client.request("s.b", "two", { headers: own, timeout: 30_000 });
    await client.request("s.a", "three");
    await client.request("s.c.d", "");
    for (const value of ["1", "2", "3"]) await client.request(`$KV.b.k${Number(value) % 2}`, value);
  }
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await simulator.stop();
  await broker.stop("SIGKILL");
});

/** A message as text, without the time of storage. */
function shown(message: Msg): string {
  const { headers: found } = message;
  const lines = (found?.keys() ?? []).flatMap((name) =>
    (found?.values(name) ?? []).map((value) => `${name}: ${name === "Nats-Time-Stamp" ? "*" : value}`),
  );
  return [`${found?.code ?? ""} ${found?.description ?? ""}`, ...lines, message.string()].join("\n");
}

/** Sends a request, and returns its answers up to the last one. */
async function answers(client: NatsConnection, subject: string, body: object | string): Promise<string[]> {
  const reply = createInbox();
  const heard: string[] = [];
  const subscription = client.subscribe(reply);
  client.publish(subject, typeof body === "string" ? body : JSON.stringify(body), { reply });
  for await (const message of subscription) {
    heard.push(shown(message));
    const isLast = message.headers?.has("Nats-Num-Pending") !== true || message.headers.code !== 0;
    if (isLast) break;
  }
  return heard;
}

const DIRECT = "$JS.API.DIRECT.GET";
const SINCE = { start_time: "2020-01-01T00:00:00Z" };

test("a server that has streams offers JetStream", () => {
  expect(clients.map(({ info }) => info?.jetstream)).toEqual([true, true]);
});

test.each([
  ["S", { seq: 1 }],
  ["S", { seq: 2 }],
  ["S", { seq: 9 }],
  ["S", { last_by_subj: "s.a" }],
  ["S", { last_by_subj: "s.*" }],
  ["S", { last_by_subj: ">" }],
  ["S", { last_by_subj: "s.none" }],
  ["S", { next_by_subj: "s.a" }],
  ["S", { seq: 2, next_by_subj: "s.a" }],
  ["S", { seq: 4, next_by_subj: "s.a" }],
  ["S", { seq: 1, batch: 10 }],
  ["S", { seq: 1, batch: 2 }],
  ["S", { seq: 1, next_by_subj: "s.>", batch: 1 }],
  ["S", { seq: 2, next_by_subj: "s.a", batch: 1000, max_bytes: 1_000_000 }],
  ["S", { seq: 1, next_by_subj: "s.>", batch: 10, max_bytes: 5 }],
  ["S", { seq: 9, next_by_subj: "s.>", batch: 10 }],
  ["S", { ...SINCE, next_by_subj: "s.a", batch: 10 }],
  ["S", { multi_last: ["s.>"] }],
  ["S", { multi_last: ["s.a", "s.c.*"] }],
  ["S", { multi_last: ["s.>"], batch: 1 }],
  ["S", { multi_last: ["none"] }],
  ["S", { multi_last: ["s.>"], up_to_seq: 2 }],
  ["S", {}],
  ["S", ""],
  ["S", "{"],
  ["S", { seq: 1, last_by_subj: "s.a" }],
  ["S", { last_by_subj: "s.a", batch: 2 }],
  ["S", { multi_last: [5] }],
  ["S", { multi_last: "s.>" }],
  ["S", { seq: -1 }],
  ["S", { seq: 1.5 }],
  ["S", { seq: "1" }],
  ["S", { seq: null, last_by_subj: "s.a" }],
  ["S", { seq: 1, batch: -1 }],
  ["S", { multi_last: ["s.>"], batch: -1 }],
  ["S", { seq: 1, batch: 2, max_bytes: -1 }],
  ["S", { start_time: "soon", next_by_subj: "s.a" }],
  ["S", { multi_last: ["s.>"], up_to_seq: -1 }],
  ["S", { seq: 1, unheard: {} }],
  ["S", "[]"],
  ["S", "null"],
  ["S.s.a", ""],
  ["S.s.none", ""],
  ["KV_b", { multi_last: ["$KV.b.>"] }],
  ["KV_b", { seq: 1 }],
  ["KV_b.$KV.b.k1", ""],
  ["EMPTY", { last_by_subj: ">" }],
  ["EMPTY", { seq: 1, next_by_subj: "empty", batch: 10 }],
])("Direct Get of %s, %j", async (name, body) => {
  const [simulated, real] = await Promise.all(
    clients.map((client) => answers(client, `${DIRECT}.${name}`, body)),
  );
  expect(simulated).toEqual(real);
  expect(simulated?.length).toBeGreaterThan(0);
});

test("a publication is acknowledged, and republished with its sequence", async () => {
  const [simulated, real] = await Promise.all(
    clients.map(async (client) => {
      const again = client.subscribe("again.>", { max: 2 });
      const ack = await client.request("s.a", "live");
      client.publish("s.new", "first of its subject");
      const heard: string[] = [];
      for await (const message of again) heard.push(`${message.subject} ${shown(message)}`);
      return { ack: ack.json<object>(), heard };
    }),
  );
  expect(simulated).toEqual(real);
});

test("STREAM.INFO says what is there", async () => {
  const [simulated, real] = await Promise.all(
    clients.map(async (client) => {
      const ask = async (name: string) =>
        (await client.request(`$JS.API.STREAM.INFO.${name}`)).json<object>();
      return { S: await ask("S"), EMPTY: await ask("EMPTY"), none: await ask("NONE") };
    }),
  );
  expect(real).toMatchObject({
    ...simulated,
    S: { ...simulated?.S, created: expect.any(String) },
    EMPTY: { ...simulated?.EMPTY, created: expect.any(String) },
  });
});
