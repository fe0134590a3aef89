import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NotLiveError } from "../../client/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { BROKERS } from "../support/servers/brokers.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const text = (data: Uint8Array): string => new TextDecoder().decode(data);

describe.each(BROKERS)("a client on $name", ({ start }) => {
  let broker: Broker;
  let publisher: NatsConnection;
  let observed: ObservedClient;

  beforeEach(async () => {
    broker = await start();
    publisher = await connectPublisher(broker.tcpUrl);
    observed = observedClient(broker.webSocketUrl, { name: "under test" });
  });
  afterEach(async () => {
    await observed.client.stop();
    await publisher.close();
    await broker.stop();
  });

  const serverSubjects = async (): Promise<readonly string[]> =>
    webSocketClients(await broker.connz())
      .flatMap((one) => one.subscriptions_list ?? [])
      .sort();

  test("goes live, knows its server, and is drained by stop()", async () => {
    const { client } = observed;
    expect(await client.start()).toBe("live");
    const state = client.state;
    expect(state).toMatchObject({ status: "live", server: { url: broker.webSocketUrl } });
    const [shown] = webSocketClients(await broker.connz());
    expect(shown).toMatchObject({ name: "under test" });
    expect(await client.stop()).toBe("drained");
    await untilEqual(async () => webSocketClients(await broker.connz()).length, 0);
    expect(observed.statuses).toEqual(["idle", "connecting", "live", "stopping", "stopped"]);
    expect(observed.openSockets()).toBe(0);
    expect(broker.complaints()).toEqual([]);
  });

  test("has exactly the wanted subscriptions on the server, whether made before or after it is live", async () => {
    const { client } = observed;
    client.subscribe("a.early", () => {});
    client.subscribe("a.dropped", () => {});
    client.unsubscribe("a.dropped");
    await client.start();
    const late = client.subscribe("a.late.*", () => {});
    await untilEqual(serverSubjects, ["a.early", "a.late.*"]);
    client.subscribe("a.early", () => {});
    late.unsubscribe();
    await untilEqual(serverSubjects, ["a.early"]);
  });

  test("delivers each message once, in order, and counts it", async () => {
    const { client } = observed;
    const seen: string[] = [];
    const subscription = client.subscribe("count.>", ({ subject, data }) =>
      seen.push(`${subject} ${text(data)}`),
    );
    await client.start();
    await until("the subscription is active", () => subscription.status === "active");
    const sent = Array.from({ length: 1000 }, (_, index) => `count.${index % 7} ${index}`);
    for (const one of sent) publisher.publish(one.split(" ")[0] ?? "", one.split(" ")[1]);
    await until("all have come", () => seen.length >= sent.length);
    expect(seen).toEqual(sent);
    expect(subscription.counts).toEqual({ received: 1000, delivered: 1000, failed: 0, dropped: 0 });
  });

  test("continues when a handler throws, and counts the failure", async () => {
    const { client } = observed;
    const seen: string[] = [];
    const subscription = client.subscribe("throws", ({ data }) => {
      if (text(data) === "bad") throw new Error("a handler's own fault");
      seen.push(text(data));
    });
    const other = client.subscribe("other", () => {});
    await client.start();
    await until("both are active", () => client.subscriptions.every(({ status }) => status === "active"));
    for (const payload of ["1", "bad", "2", "bad", "3"]) publisher.publish("throws", payload);
    publisher.publish("other", "x");
    await until("the last has come", () => seen.at(-1) === "3" && other.counts.received === 1);
    expect(seen).toEqual(["1", "2", "3"]);
    expect(subscription.counts).toEqual({ received: 5, delivered: 3, failed: 2, dropped: 0 });
    expect(client.timeline.entries.filter(({ type }) => type === "handler-failed")).toHaveLength(2);
    expect(client.state.status).toBe("live");
  });

  test("receives an empty payload, 1 MB, bytes that aren't text, and headers", async () => {
    const { client } = observed;
    const seen: Uint8Array[] = [];
    const subscription = client.subscribe("bytes", ({ data }) => seen.push(data.slice()));
    await client.start();
    await until("the subscription is active", () => subscription.status === "active");
    const largest = new Uint8Array(1024 * 1024).fill(0x61);
    const sent = [new Uint8Array(), largest, Uint8Array.of(0xff, 0xfe, 0x00, 0x0d, 0x0a), Uint8Array.of(1)];
    for (const payload of sent) publisher.publish("bytes", payload);
    await until("all have come", () => seen.length === sent.length);
    expect(seen.map((data) => data.length)).toEqual(sent.map((data) => data.length));
    expect(seen[2]).toEqual(sent[2]);
    expect(subscription.counts.failed).toBe(0);
  });

  test("publishes, gets a reply to a request, and reports when there are no responders", async () => {
    const { client } = observed;
    await client.start();
    const answers = publisher.subscribe("question", {
      callback: (_, message) => void message.respond(`answer to ${message.string()}`),
    });
    await publisher.flush();
    expect(text((await client.request("question", "life")).data)).toBe("answer to life");
    await expect(client.request("nobody.there", "")).rejects.toThrow(/503|no ?responders/i);
    answers.unsubscribe();

    const heard = new Promise<string>((resolve) => {
      publisher.subscribe("said", { callback: (_, message) => resolve(message.string()) });
    });
    await publisher.flush();
    client.publish("said", "hello");
    expect(await heard).toBe("hello");
  });

  test("refuses to publish while it isn't live, with the reason", () => {
    expect(() => observed.client.publish("a", "b")).toThrow(NotLiveError);
  });
});
