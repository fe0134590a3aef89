import { setTimeout as pause } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { BROKERS } from "../support/servers/brokers.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { until, untilEqual } from "../support/tools/until.ts";

describe.each(BROKERS)("handover on $name", ({ start }) => {
  let broker: Broker;
  let publisher: NatsConnection;
  let observed: ObservedClient;

  beforeEach(async () => {
    broker = await start();
    publisher = await connectPublisher(broker.tcpUrl);
  });
  afterEach(async () => {
    await observed.client.stop();
    await publisher.close();
    await broker.stop();
  });

  const handovers = (): number =>
    observed.client.timeline.entries.filter((entry) => entry.type === "handover").length;

  test("reconnect() while live loses and repeats no message, and stays live", async () => {
    observed = observedClient(broker.webSocketUrl);
    const received: string[] = [];
    observed.client.subscribe("steady", ({ data }) => received.push(new TextDecoder().decode(data)));
    await observed.client.start();
    await until("the subscription", () => observed.client.subscriptions[0]?.status === "active");
    let sent = 0;
    const isOneLeft = async () => webSocketClients(await broker.connz()).length === 1;
    while (handovers() < 2 || !(await isOneLeft())) {
      // A second reconnect() during a handover changes nothing.
      if (handovers() < 2) void observed.client.reconnect();
      for (let batch = 0; batch < 20; batch += 1) {
        for (let one = 0; one < 5; one += 1) publisher.publish("steady", String(sent++));
        await publisher.flush();
        // About 1,000 messages a second: this paces the publisher, and waits for nothing.
        await pause(5);
      }
    }
    await until("all of them", () => received.length >= sent);
    await untilEqual(
      async () => webSocketClients(await broker.connz()).map((one) => one.subscriptions_list),
      [["steady"]],
    );
    expect(received.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, i) => i));
    expect(observed.statuses).toEqual(["idle", "connecting", "live"]);
    expect(observed.client.timeline.entries.filter((entry) => entry.type === "gap")).toEqual([]);
    expect(broker.complaints()).toEqual([]);
  });

  test("delivers identical messages as often as they were published", async () => {
    observed = observedClient(broker.webSocketUrl);
    let received = 0;
    observed.client.subscribe("steady", () => {
      received += 1;
    });
    await observed.client.start();
    await until("the subscription", () => observed.client.subscriptions[0]?.status === "active");
    await observed.client.reconnect();
    for (let i = 0; i < 10; i += 1) publisher.publish("steady", "tick");
    await publisher.flush();
    await until("the handover", () => handovers() === 1);
    await until("all of them", () => received >= 10);
    await untilEqual(async () => webSocketClients(await broker.connz()).length, 1);
    expect(received).toBe(10);
  });

  test("delivers each message of a queue group once over either link, even identical messages", async () => {
    observed = observedClient(broker.webSocketUrl);
    let [sent, received] = [0, 0];
    observed.client.subscribe(
      "work",
      () => {
        received += 1;
      },
      { queue: "workers" },
    );
    await observed.client.start();
    await until("the subscription", () => observed.client.subscriptions[0]?.status === "active");
    void observed.client.reconnect();
    await until("the handover", async () => {
      for (let i = 0; i < 4; i += 1) publisher.publish("work", "job");
      sent += 4;
      await publisher.flush();
      return handovers() === 1;
    });
    await untilEqual(async () => webSocketClients(await broker.connz()).length, 1);
    await untilEqual(() => received, sent);
    expect(observed.client.timeline.entries.filter(({ type }) => type === "gap")).toEqual([]);
  });

  test("renews credentials at three quarters of their lifetime, one request at a time", async () => {
    let asked = 0;
    let asking = 0;
    let mostAtOnce = 0;
    observed = observedClient(broker.webSocketUrl, {
      credentials: async () => {
        asked += 1;
        asking += 1;
        mostAtOnce = Math.max(mostAtOnce, asking);
        await publisher.flush();
        asking -= 1;
        // The third doesn't expire: on a busy machine a further renewal could begin before the test has looked.
        return { type: "token", token: "t", ...(asked < 3 ? { expiresAtMs: Date.now() + 2000 } : {}) };
      },
    });
    await observed.client.start();
    await until("two renewals", () => handovers() === 2);
    expect(observed.statuses).toEqual(["idle", "connecting", "live"]);
    expect([asked, mostAtOnce]).toEqual([3, 1]);
    const lives = observed.client.timeline.entries.filter((entry) => entry.type === "handover");
    expect(lives.map((entry) => entry.reason)).toEqual(["renewal", "renewal"]);
  });

  test("a failing token source doesn't affect the live link, and is asked again", async () => {
    let asked = 0;
    observed = observedClient(broker.webSocketUrl, {
      reconnect: { baseDelayMs: 10, maxDelayMs: 20 },
      credentials: async () => {
        asked += 1;
        if (asked === 2) throw new Error("out of tokens");
        return { type: "token", token: "t", ...(asked < 3 ? { expiresAtMs: Date.now() + 1500 } : {}) };
      },
    });
    await observed.client.start();
    await until("a renewal after the failure", () => handovers() === 1);
    const failed = observed.client.timeline.entries.filter((entry) => entry.type === "handover-failed");
    expect(failed).toMatchObject([
      { fault: { kind: "token-source", evidence: { detail: "out of tokens" } } },
    ]);
    expect(observed.statuses).toEqual(["idle", "connecting", "live"]);
  });

  test("moves from a lame duck to the other server before the lame duck closes", async () => {
    const other = await start();
    try {
      // `random` 0 keeps the order: the first server is dialled first.
      observed = observedClient(broker.webSocketUrl, {
        servers: [broker.webSocketUrl, other.webSocketUrl],
        random: () => 0,
      });
      await observed.client.start();
      broker.lameDuck();
      await observed.reaches((state) => state.status === "live" && state.server.url === other.webSocketUrl);
      expect(observed.statuses).toEqual(["idle", "connecting", "live"]);
      await untilEqual(async () => webSocketClients(await other.connz()).length, 1);
      expect(await observed.client.stop()).toBe("drained");
    } finally {
      await observed.client.stop();
      await other.stop();
    }
  });
});
