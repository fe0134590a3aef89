/** The servers on which the scenes are played: that each fault is what it says, or the scenes prove nothing. */
import type { NatsConnection } from "@nats-io/transport-node";
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

/** A connection to each of two servers; what the first says, the second hears. */
async function pair(
  from: number,
  to: number,
): Promise<{ say(text: string): void; heard: string[]; end(): void }> {
  const [speaker, listener] = await Promise.all(
    [from, to].map((index) => connectPublisher(cluster.server(index).broker.tcpUrl)),
  );
  const heard: string[] = [];
  listener?.subscribe("said", { callback: (_, message) => void heard.push(message.string()) });
  await listener?.flush();
  const say = (text: string): void => speaker?.publish("said", text);
  await until("the way is known", () => {
    say("hello");
    return heard.includes("hello");
  });
  return { say, heard, end: () => void Promise.all([speaker?.close(), listener?.close()]) };
}

test("a stream's leader that is killed is followed by another, and all is whole after a restart", async () => {
  await cluster.createStream(nats, "S", ["s.>"], { allow_direct: true });
  const killed = await cluster.leaderOf("S", nats);
  await killed.broker.kill();
  await until("another leads", async () => (await cluster.leaderOf("S", nats)) !== killed, 40_000);
  // It leads before the other servers know what it listens to.
  const stored = await until("it takes a message", async () =>
    (await nats.request("s.one", "stored")).json(),
  );
  expect(stored).toMatchObject({ stream: "S", seq: 1 });
  await killed.broker.restart();
  await cluster.settled();
  expect((await cluster.metaLeader()).name).toMatch(/^s[012]$/);
});

test("a path that is late makes its two servers late, each way, and no others", async () => {
  const [near, far] = [await pair(0, 2), await pair(0, 1)];
  const took = async ({ say, heard }: typeof near, text: string): Promise<number> => {
    const sentAtMs = performance.now();
    say(text);
    await until("it is heard", () => heard.includes(text));
    return performance.now() - sentAtMs;
  };
  delay(cluster.routes.between(0, 1), 3000);
  try {
    const [farMs] = await Promise.all([
      took(far, "far"),
      took(near, "near").then(() => expect(far.heard).not.toContain("far")),
    ]);
    expect(farMs).toBeGreaterThan(2990);
  } finally {
    delay(cluster.routes.all(), 0);
    near.end();
    far.end();
  }
});

test("routes that are cut carry nothing, and carry again once they are open", async () => {
  const { say, heard, end } = await pair(0, 1);
  const paths = cluster.routes.of(1);
  await cut(paths);
  const others = await pair(0, 2);
  say("while it is cut");
  others.say("the rest lives");
  await until("the rest heard", () => others.heard.includes("the rest lives"));
  await open(paths);
  await until("the way is back", () => {
    say("back");
    return heard.includes("back");
  });
  expect(heard).not.toContain("while it is cut");
  others.end();
  end();
});
