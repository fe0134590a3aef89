/**
 * Traps 1 to 3 of nats.ws 1.30.3: a reader that dies, a drain that leaks or hangs, a dial that leaves a connection. Each
 * is shown on plain nats.ws first: if that test fails, the trap is fixed, and our client's workaround can go.
 */
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "nats.ws";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { observedClient } from "../support/clients/client.ts";
import { plainDial } from "../support/clients/plain-nats.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** How long the test watches something that hangs; there is no event to wait for. */
const WATCHED_MS = 700;

let broker: Broker;

beforeEach(async () => {
  broker = await startNatsServer();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await broker.stop();
});

const connections = async (): Promise<number> => webSocketClients(await broker.connz()).length;
const pending = <T>(promise: Promise<T>, watchedMs = WATCHED_MS): Promise<T | "pending"> =>
  Promise.race([promise, pause(watchedMs, "pending" as const, { ref: false })]);
/** Limit for something that must end, on a busy machine. */
const LONG_MS = 30_000;

describe("trap 1: a callback that throws", () => {
  const publish = async (...payloads: string[]): Promise<void> => {
    const nats = await connectPublisher(broker.tcpUrl);
    for (const payload of payloads) nats.publish("trap", payload);
    await nats.flush();
    await nats.close();
  };
  const refuseBad = (seen: string[]) => (data: Uint8Array) => {
    const text = new TextDecoder().decode(data);
    if (text === "bad") throw new Error("a handler's own fault");
    seen.push(text);
  };

  test("plain nats.ws stops reading, but stays 'connected'", async () => {
    const complained = vi.spyOn(console, "log").mockImplementation(() => {});
    const dial = plainDial(broker.webSocketUrl);
    const plain = await connect(dial.options);
    const seen: string[] = [];
    const take = refuseBad(seen);
    plain.subscribe("trap", { callback: (_, message) => take(message.data) });
    await plain.flush();
    await publish("1", "bad");
    await until("the reader is dead", () => complained.mock.calls.some(([what]) => what === "reader closed"));
    const arrived = new Promise((resolve) => dial.sockets[0]?.once("message", resolve));
    await publish("2");
    await arrived;
    expect(await pending(plain.flush())).toBe("pending");
    expect(seen).toEqual(["1"]);
    expect(plain.isClosed()).toBe(false);
    await plain.close();
  });

  test("our client counts the error and continues", async () => {
    const { client } = observedClient(broker.webSocketUrl);
    const seen: string[] = [];
    const take = refuseBad(seen);
    const subscription = client.subscribe("trap", ({ data }) => take(data));
    await client.start();
    await until("it is active", () => subscription.status === "active");
    await publish("1", "bad", "2");
    await until("the last has come", () => subscription.counts.received === 3);
    expect(seen).toEqual(["1", "2"]);
    expect(subscription.counts.failed).toBe(1);
    await client.stop();
  });
});

describe("trap 2: drain", () => {
  test("plain nats.ws, while reconnecting: drain() resolves, but the connection returns and stays open", async () => {
    const plain = await connect(plainDial(broker.webSocketUrl, { reconnectTimeWait: 200 }).options);
    const statuses = plain.status()[Symbol.asyncIterator]();
    await broker.kill();
    for (let { value } = await statuses.next(); value?.type !== "disconnect"; ) {
      ({ value } = await statuses.next());
    }
    await plain.drain();
    expect(plain.isClosed()).toBe(false);
    await broker.restart();
    await until("the leaked connection", async () => (await connections()) === 1);
    await plain.close();
  });

  test("our client, while reconnecting: it stops and stays stopped", async () => {
    const observed = observedClient(broker.webSocketUrl, { reconnect: { baseDelayMs: 50, maxDelayMs: 50 } });
    await observed.client.start();
    await broker.kill();
    await observed.reaches("reconnecting");
    await observed.client.stop();
    expect(observed.client.state.status).toBe("stopped");
    await broker.restart();
    // Longer than any delay in its options.
    await pause(200);
    expect(await connections()).toBe(0);
    expect(observed.openSockets()).toBe(0);
  });

  test("plain nats.ws, on a frozen link: drain() and rtt() never settle", async () => {
    const plain = await connect(plainDial(broker.webSocketUrl).options);
    plain.subscribe("trap", { callback: () => {} });
    await plain.flush();
    await broker.freeze();
    const [drained, asked] = [plain.drain(), plain.rtt()];
    void asked.catch(() => {});
    expect(await Promise.all([pending(drained), pending(asked)])).toEqual(["pending", "pending"]);
    broker.thaw();
    await drained;
  });

  test("our client, on a frozen link: stop() cuts the link at its deadline", async () => {
    const observed = observedClient(broker.webSocketUrl, { drainTimeoutMs: 200 });
    observed.client.subscribe("trap", () => {});
    await observed.client.start();
    await broker.freeze();
    expect(await pending(observed.client.stop(), LONG_MS)).toBe("cut");
    await untilEqual(() => observed.openSockets(), 0);
    broker.thaw();
    await untilEqual(connections, 0);
  });
});

describe("trap 2: a link that accepts no more bytes", () => {
  /** Larger than the sockets' buffers, so that the rest waits in the client. */
  const BIG = new Uint8Array(1_000_000);
  const TIMES = 20;

  test("plain nats.ws doesn't close while bytes wait to be sent", async () => {
    const dial = plainDial(broker.webSocketUrl);
    const plain = await connect(dial.options);
    await broker.freeze();
    for (let sent = 0; sent < TIMES; sent += 1) plain.publish("trap", BIG);
    await until("they wait", () => (dial.sockets[0]?.bufferedAmount ?? 0) > 0);
    const closed = plain.close();
    expect(await pending(closed)).toBe("pending");
    expect(dial.openSockets()).toBe(1);
    broker.thaw();
    await closed;
  });

  test("our client cuts the link at its deadline, even with bytes to send", async () => {
    const observed = observedClient(broker.webSocketUrl, { drainTimeoutMs: 200 });
    await observed.client.start();
    await broker.freeze();
    for (let sent = 0; sent < TIMES; sent += 1) observed.client.publish("trap", BIG);
    expect(await pending(observed.client.stop(), LONG_MS)).toBe("cut");
    await untilEqual(() => observed.openSockets(), 0);
    broker.thaw();
    await untilEqual(connections, 0);
  });
});

describe("trap 3: a dial that timed out", () => {
  test("plain nats.ws leaves a connection open on the server", async () => {
    const dial = plainDial(broker.webSocketUrl, { timeout: 200 });
    await broker.freeze();
    await expect(connect(dial.options)).rejects.toMatchObject({ code: "TIMEOUT" });
    broker.thaw();
    await until("the ghost", async () => (await connections()) === 1);
    expect(dial.openSockets()).toBe(1);
    for (const socket of dial.sockets) socket.terminate();
  });

  test("our client leaves no connection open", async () => {
    const observed = observedClient(broker.webSocketUrl, { connectTimeoutMs: 200 });
    await broker.freeze();
    expect(await observed.client.start()).toBe("retrying");
    expect(observed.client.state).toMatchObject({ fault: { kind: "timeout" } });
    await observed.client.stop();
    await untilEqual(() => observed.openSockets(), 0);
    broker.thaw();
    await untilEqual(connections, 0);
  });
});
