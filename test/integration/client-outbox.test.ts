import { runInNewContext } from "node:vm";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { BROKERS } from "../support/servers/brokers.ts";
import { until } from "../support/tools/until.ts";

describe.each(BROKERS)("publishing and reading on $name", ({ start }) => {
  let broker: Broker;
  let observed: ObservedClient;
  let other: NatsConnection;

  beforeEach(async () => {
    broker = await start();
    other = await connectPublisher(broker.tcpUrl);
  });
  afterEach(async () => {
    await observed.client.stop();
    await other.close();
    await broker.stop();
  });

  test("an outbox sends what is published while connecting, in order, and counts the oldest beyond its limit as dropped", async () => {
    const heard: string[] = [];
    other.subscribe("out", { callback: (_, message) => void heard.push(message.string()) });
    await other.flush();
    observed = observedClient(broker.webSocketUrl, { outboxLimit: 3 });
    expect(() => observed.client.publish("out", "nobody has started it")).toThrow(/idle/);
    const started = observed.client.start();
    for (const payload of ["1", "2", "3", "4"]) observed.client.publish("out", payload);
    expect(observed.client.outbox).toEqual({ waiting: 3, dropped: 1 });
    await started;
    await until("the three", () => heard.length === 3);
    expect(heard).toEqual(["2", "3", "4"]);
    expect(observed.client.outbox).toEqual({ waiting: 0, dropped: 1 });
  });

  test("publishes bytes of another realm as they were at the call, also from the outbox", async () => {
    const heard: string[] = [];
    other.subscribe("out", {
      callback: (_, message) => {
        heard.push(message.string());
        message.respond();
      },
    });
    await other.flush();
    observed = observedClient(broker.webSocketUrl, { outboxLimit: 1 });
    const started = observed.client.start();
    const bytes: Uint8Array = runInNewContext("new Uint8Array([0, 65, 66, 67, 0]).subarray(1, 4)");
    expect(bytes).not.toBeInstanceOf(Uint8Array);
    observed.client.publish("out", bytes);
    bytes[0] = "Z".charCodeAt(0);
    await started;
    observed.client.publish("out", bytes);
    await observed.client.request("out", bytes);
    expect(heard).toEqual(["ABC", "ZBC", "ZBC"]);
  });

  test("a stop drops and counts the messages in the outbox", async () => {
    observed = observedClient(broker.webSocketUrl, { outboxLimit: 3 });
    void observed.client.start();
    observed.client.publish("out", "1");
    await observed.client.stop();
    expect(observed.client.outbox).toEqual({ waiting: 0, dropped: 1 });
  });

  test("for await reads a subject's messages, and leaving the loop unsubscribes", async () => {
    observed = observedClient(broker.webSocketUrl);
    await observed.client.start();
    const stream = observed.client.messages("in");
    await until("the subscription", () => observed.client.subscriptions[0]?.status === "active");
    for (const payload of ["1", "2", "3"]) other.publish("in", payload);
    const read: string[] = [];
    for await (const { data } of stream) {
      read.push(new TextDecoder().decode(data));
      if (read.length === 3) break;
    }
    expect(read).toEqual(["1", "2", "3"]);
    expect(observed.client.subscriptions).toEqual([]);
  });

  test("a pending request survives a handover", async () => {
    observed = observedClient(broker.webSocketUrl);
    await observed.client.start();
    const asked: string[] = [];
    other.subscribe("slow", {
      callback: (_, message) => {
        asked.push("asked");
        void until("the handover", () =>
          observed.client.timeline.entries.some(({ type }) => type === "handover"),
        ).then(() => message.respond("at last"));
      },
    });
    await other.flush();
    const answer = observed.client.request("slow", "", { timeoutMs: 60_000 });
    await until("the question", () => asked.length === 1);
    await observed.client.reconnect();
    expect(new TextDecoder().decode((await answer).data)).toBe("at last");
  });
});
