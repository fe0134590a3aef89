import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Broker } from "../support/servers/broker.ts";
import { BROKERS } from "../support/servers/brokers.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";

/** Time to wait for an answer that must not come. */
const WATCHED_MS = 200;

describe.each(BROKERS)("the tests' $name", ({ start }) => {
  let broker: Broker;

  beforeEach(async () => {
    broker = await start();
  });
  afterEach(() => broker.stop());

  test("shows a client and its subscription, and logs no problems", async () => {
    const client = await connect({ servers: broker.tcpUrl });
    client.subscribe("a.*");
    await client.flush();
    const { connections } = await broker.connz();
    expect(connections.map((one) => one.subscriptions_list)).toEqual([["a.*"]]);
    await client.close();
    expect(broker.complaints()).toEqual([]);
  });

  test("restarts on the same ports after kill -9", async () => {
    const before = broker.pid;
    expect(await broker.kill()).toEqual({ code: null, signal: "SIGKILL" });
    await expect(broker.connz()).rejects.toThrow("fetch failed");
    await broker.restart();
    expect(broker.pid).not.toBe(before);
    expect((await broker.connz()).num_connections).toBe(0);
  });

  test("doesn't answer while frozen, and answers after it is thawed", async () => {
    await broker.freeze();
    let answered = false;
    const answer = broker.varz().then((varz) => {
      answered = true;
      return varz;
    });
    await pause(WATCHED_MS);
    expect(answered).toBe(false);
    broker.thaw();
    expect(await answer).toHaveProperty("slow_consumers");
  });
});

test("a nats-server that fails to start leaves no folder behind", async () => {
  const message = await startNatsServer({ config: "nonsense {" }).then(() => "it started", String);
  const [folder = ""] = /\S+mycelium-nats-\w+/.exec(message) ?? [];
  expect(folder, message).not.toBe("");
  expect(existsSync(folder)).toBe(false);
});
