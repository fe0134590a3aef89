import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { colourOf } from "../../client/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import { UNTRUSTED } from "../support/faults/untrusted-certificate.ts";
import type { Broker } from "../support/servers/broker.ts";
import { BROKERS } from "../support/servers/brokers.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { isInTime } from "../support/tools/in-time.ts";
import { descendants } from "../support/tools/processes.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** Time limit for a stop, whatever the server does. */
const STOP_DEADLINE_MS = 4000;

describe.each(BROKERS)("when $name fails", ({ start }) => {
  let broker: Broker;
  let observed: ObservedClient;
  let publisher: NatsConnection | undefined;

  beforeEach(async () => {
    broker = await start();
    observed = observedClient(broker.webSocketUrl, { reconnect: { baseDelayMs: 200 } });
  });
  afterEach(async () => {
    await observed.client.stop();
    await publisher?.close();
    publisher = undefined;
    await broker.stop();
  });

  test("an absent server is a fault from the first attempt on, and is reached once it starts", async () => {
    const { client } = observed;
    await broker.kill();
    expect(await client.start()).toBe("retrying");
    expect(client.state).toMatchObject({ status: "connecting", fault: { kind: "unreachable" } });
    expect(colourOf(client.state)).toBe("red");
    await broker.restart();
    expect(await client.reconnect()).toBe("live");
    expect(colourOf(client.state)).toBe("green");
  });

  test("after kill -9 the client counts down, comes back with its subscriptions and reports the gap", async () => {
    const { client } = observed;
    const seen: string[] = [];
    const subscription = client.subscribe("a.b", ({ data }) => seen.push(new TextDecoder().decode(data)));
    const gaps: unknown[] = [];
    subscription.onGap((gap) => gaps.push(gap));
    await client.start();
    await until("the subscription is active", () => subscription.status === "active");

    await broker.kill();
    const lost = await observed.reaches("reconnecting");
    expect(lost).toMatchObject({ status: "reconnecting", fault: { retryable: true } });
    const waiting = await observed.reaches(
      (state) => "nextAttemptAtMs" in state && state.nextAttemptAtMs !== null,
    );
    expect(waiting).toMatchObject({ nextAttemptAtMs: expect.any(Number) });

    await broker.restart();
    await observed.reaches("live");
    await until("the subscription is back", () => subscription.status === "active");
    publisher = await connectPublisher(broker.tcpUrl);
    publisher.publish("a.b", "after the break");
    await until("the feed goes on", () => seen.length > 0);
    expect(seen).toEqual(["after the break"]);
    expect(gaps).toEqual([expect.objectContaining({ subject: "a.b", cause: expect.anything() })]);
    const { uptime, score, meanDownMs, ...counts } = client.stability;
    expect(counts).toMatchObject({ losses: 1, lossesPerHour: 1, reconnects: 1 });
    for (const share of [uptime, (score ?? 0) / 100]) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
    }
    expect(meanDownMs).toBeGreaterThan(0);
  });

  test("a frozen server doesn't delay stop, and has no leftover connection after it thaws", async () => {
    const { client } = observed;
    client.subscribe("a.b", () => {});
    await client.start();
    await broker.freeze();
    const stopped = client.stop();
    expect(await isInTime(STOP_DEADLINE_MS, stopped)).toBe(true);
    expect(await stopped).toBe("cut");
    expect(client.state.status).toBe("stopped");
    broker.thaw();
    await untilEqual(async () => webSocketClients(await broker.connz()).length, 0);
    expect(observed.openSockets()).toBe(0);
  });

  test("stop ends a dial to a frozen server, and leaves no connection after it thaws", async () => {
    const { client } = observed;
    await broker.freeze();
    const started = client.start();
    await until("a socket is dialled", () => observed.openSockets() === 1);
    expect(await isInTime(STOP_DEADLINE_MS, client.stop())).toBe(true);
    expect(await started).toBe("stopped");
    broker.thaw();
    await untilEqual(async () => webSocketClients(await broker.connz()).length, 0);
    expect(observed.openSockets()).toBe(0);
  });

  test("detects a silent link by ping, and replaces it", async () => {
    const { client } = observed;
    await client.start();
    const { pingIntervalMs, pongTimeoutMs, connectTimeoutMs } = client.tunables;
    // Shortened only for the silence: on a busy machine connecting, or an answer, may take longer than this.
    client.configure({ pingIntervalMs: 300, pongTimeoutMs: 300, connectTimeoutMs: 500 });
    await broker.freeze();
    // The initial ping settings would detect the silence only after 25 s.
    const state = await observed.reaches("reconnecting", 15_000);
    expect(state).toMatchObject({ fault: { kind: "stale" } });
    client.configure({ pingIntervalMs, pongTimeoutMs, connectTimeoutMs });
    broker.thaw();
    await observed.reaches("live");
    await untilEqual(async () => webSocketClients(await broker.connz()).length, 1);
    expect(client.state.status).toBe("live");
  });

  test("names a server's orderly shutdown", async () => {
    const { client } = observed;
    await client.start();
    // A server that closes with unread bytes resets the connection, and its last message is lost (RFC 1122, 4.2.2.13).
    await until("the first ping was answered", () => client.rttMs !== null);
    // Observed from before: while the server's process ends, the client may already have dialled again in vain.
    const lost = observed.reaches("reconnecting");
    await broker.shutDown();
    expect(await lost).toMatchObject({ fault: { kind: "server-shutdown" } });
  });

  test("names a server's orderly shutdown even if the client was blocked meanwhile and writes before it reads", async () => {
    const { client } = observed;
    await client.start();
    await until("the first ping was answered", () => client.rttMs !== null);
    const { pid } = broker;
    const isOver = broker.shutDown();
    // Blocks this process.
    while (descendants(process.pid).includes(pid));
    client.notifyWake();
    const state = await observed.reaches("reconnecting");
    expect(state).toMatchObject({ fault: { kind: "server-shutdown" } });
    await isOver;
  });
});

test.each([
  ["a certificate that nobody trusts", UNTRUSTED],
  ["no TLS at all", null],
])("behind wss:// with %s it is TLS that fails", async (_, certificate) => {
  const server = certificate === null ? createServer() : createTlsServer(certificate);
  // A server without TLS answers the first bytes of TLS with a protocol error.
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const { client } = observedClient(`wss://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  try {
    expect(await client.start()).toBe("retrying");
    expect(client.state).toMatchObject({ fault: { kind: "tls", evidence: { detail: expect.any(String) } } });
  } finally {
    await client.stop();
    await new Promise((closed) => server.close(closed));
  }
});
