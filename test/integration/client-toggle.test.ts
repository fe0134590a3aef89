import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { BROKERS } from "../support/servers/brokers.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const SUBJECTS = ["egos.llm.logs", "egos.propagation.log", "egos.sparc.tasks"];

describe.each(BROKERS)("start and stop on $name", ({ start }) => {
  let broker: Broker;
  let publisher: NatsConnection;
  let observed: ObservedClient;
  let received: string[];

  beforeEach(async () => {
    broker = await start();
    publisher = await connectPublisher(broker.tcpUrl);
    observed = observedClient(broker.webSocketUrl);
    received = [];
    for (const subject of SUBJECTS) {
      observed.client.subscribe(subject, ({ data }) => received.push(new TextDecoder().decode(data)));
    }
  });
  afterEach(async () => {
    await observed.client.stop();
    await publisher.close();
    await broker.stop();
  });

  const held = async (): Promise<(readonly string[])[]> =>
    webSocketClients(await broker.connz()).map((one) => [...(one.subscriptions_list ?? [])].sort());
  const wholeAgain = async (): Promise<void> => {
    await untilEqual(held, [SUBJECTS]);
    const before = received.length;
    for (const subject of SUBJECTS) publisher.publish(subject, subject);
    await publisher.flush();
    await until("one message for each subject", () => received.length >= before + SUBJECTS.length);
    // A duplicate would arrive before the answer to this ping.
    await observed.client.request("nobody", "").catch(() => {});
    expect(received.slice(before).sort()).toEqual(SUBJECTS);
  };

  test("50 times, each awaited: three subscriptions and no duplicates each time", async () => {
    for (let time = 0; time < 50; time += 1) {
      expect(await observed.client.start()).toBe("live");
      await wholeAgain();
      expect(await observed.client.stop()).toBe("drained");
    }
    await untilEqual(held, []);
    expect(observed.openSockets()).toBe(0);
    expect(broker.complaints()).toEqual([]);
  });

  test("50 times without waiting: the last call wins", async () => {
    for (let time = 0; time < 50; time += 1) {
      void observed.client.start();
      void observed.client.stop();
    }
    void observed.client.start();
    await observed.reaches("live");
    await wholeAgain();
    expect(await observed.client.stop()).toBe("drained");
    await untilEqual(held, []);
    await untilEqual(async () => observed.openSockets(), 0);
  });

  test("50 times, stopped while connecting: no connection stays open", async () => {
    for (let time = 0; time < 50; time += 1) {
      const started = observed.client.start();
      await observed.reaches("connecting");
      await observed.client.stop();
      expect(await started).toBe("stopped");
    }
    await untilEqual(held, []);
    await untilEqual(async () => observed.openSockets(), 0);
    await observed.client.start();
    await wholeAgain();
    expect(broker.complaints()).toEqual([]);
  });
});
