/** The cluster's faults have the effects on which the other tests rely. */
import { headers, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { Cluster } from "../support/servers/cluster/index.ts";
import { cut, delay, open } from "../support/servers/cluster/routes.ts";
import { until } from "../support/tools/until.ts";

let cluster: Cluster;
let nats: NatsConnection;

beforeAll(async () => {
  cluster = await Cluster.start();
  nats = await cluster.connect();
});
afterAll(async () => {
  await nats?.close();
  await cluster?.stop();
});

/** A publisher on one server, and a subscriber on another. */
async function pair(
  from: number,
  to: number,
): Promise<{ send(text: string): void; received: string[]; end(): void }> {
  const [publisher, subscriber] = await Promise.all(
    [from, to].map((index) => connectPublisher(cluster.server(index).broker.tcpUrl)),
  );
  const received: string[] = [];
  subscriber?.subscribe("text", { callback: (_, message) => void received.push(message.string()) });
  await subscriber?.flush();
  const send = (text: string): void => publisher?.publish("text", text);
  await until("the subscription is known", () => {
    send("hello");
    return received.includes("hello");
  });
  return { send, received, end: () => void Promise.all([publisher?.close(), subscriber?.close()]) };
}

test("a killed stream leader is replaced, and the cluster is whole again after its restart", async () => {
  await cluster.createStream(nats, "S", ["s.>"], { allow_direct: true });
  const killed = await cluster.leaderOf("S", nats);
  await killed.broker.kill();
  await until("there is another leader", async () => (await cluster.leaderOf("S", nats)) !== killed, 40_000);
  const h = headers();
  h.set("Nats-Msg-Id", "one");
  // The new leader leads before the other servers know its subscriptions.
  const stored = await until("the stream stores a message", async () =>
    // By its id, JetStream stores it once, even if an acknowledgement was late.
    (await nats.request("s.one", "stored", { timeout: 10_000, headers: h })).json(),
  );
  expect(stored).toMatchObject({ stream: "S", seq: 1 });
  await killed.broker.restart();
  await cluster.settled();
  expect((await cluster.metaLeader()).name).toMatch(/^s[012]$/);
});

test("a delayed route delays messages between its two servers, and between no others", async () => {
  const [near, far] = [await pair(0, 2), await pair(0, 1)];
  const took = async ({ send, received }: typeof near, text: string): Promise<number> => {
    const sentAtMs = performance.now();
    send(text);
    await until("the text is received", () => received.includes(text));
    return performance.now() - sentAtMs;
  };
  delay(cluster.routes.between(0, 1), 3000);
  try {
    const [farMs] = await Promise.all([
      took(far, "far"),
      took(near, "near").then(() => expect(far.received).not.toContain("far")),
    ]);
    expect(farMs).toBeGreaterThan(2990);
  } finally {
    delay(cluster.routes.all(), 0);
    near.end();
    far.end();
  }
});

test("cut routes carry nothing until they are opened again", async () => {
  const { send, received, end } = await pair(0, 1);
  const paths = cluster.routes.of(1);
  await cut(paths);
  const others = await pair(0, 2);
  send("while it is cut");
  others.send("the rest lives");
  await until("the other pair received its text", () => others.received.includes("the rest lives"));
  await open(paths);
  await until("the route works again", () => {
    send("back");
    return received.includes("back");
  });
  expect(received).not.toContain("while it is cut");
  others.end();
  end();
});
