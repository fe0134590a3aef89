/**
 * Traps 4 to 6 of nats.ws 1.30.3: misleading and missing errors. Each is shown on plain nats.ws first. The simulator
 * causes faults that a real server can't cause at a chosen moment.
 */
import { connect } from "nats.ws";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { observedClient } from "../support/clients/client.ts";
import { plainDial, plainStatus } from "../support/clients/plain-nats.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";

const TOKEN = "s3cret";
const credentials = async () => ({ type: "token", token: TOKEN }) as const;

describe("on a server that requires a token", () => {
  let simulator: Simulator;

  beforeEach(async () => {
    // Not any free port: while the server is down, another process could take it.
    const webSocketPort = await freePort();
    simulator = await startSimulator({ webSocketPort, auth: { type: "token", token: TOKEN } });
  });
  afterEach(() => simulator.stop());

  const rejectOnce = () =>
    simulator.faults.add({
      at: "connect",
      action: { do: "error", text: "Authorization Violation", code: 1008 },
      times: 1,
    });

  test("trap 4: two rejections close plain nats.ws for good, even with a successful login between them", async () => {
    const { options } = plainDial(simulator.webSocketUrl, { token: TOKEN, reconnectTimeWait: 50 });
    const plain = await connect(options);
    rejectOnce();
    const back = plainStatus(plain, "reconnect");
    await simulator.faults.kill({ downMs: 10 }).over;
    await back;
    rejectOnce();
    await simulator.faults.kill({ downMs: 10 }).over;
    expect(await plain.closed()).toMatchObject({ code: "AUTHORIZATION_VIOLATION" });
    expect(plain.isClosed()).toBe(true);
  });

  test("trap 4: our client reports each rejection, and clears the last one at start()", async () => {
    const { client, reaches } = observedClient(simulator.webSocketUrl, {
      credentials,
      reconnect: { baseDelayMs: 50 },
    });
    for (let time = 0; time < 3; time += 1) {
      rejectOnce();
      expect(await client.start()).toBe("failed");
      expect(client.state).toMatchObject({
        fault: { kind: "auth-rejected", evidence: { errText: "Authorization Violation" } },
      });
      expect(await client.start()).toBe("live");
      rejectOnce();
      await simulator.faults.kill({ downMs: 10 }).over;
      expect(await reaches("failed")).toMatchObject({ fault: { kind: "auth-rejected" } });
    }
    await client.stop();
  });

  test("trap 6: plain nats.ws reports an expired credential as a stale connection", async () => {
    const { options } = plainDial(simulator.webSocketUrl, { token: TOKEN, reconnect: false });
    const plain = await connect(options);
    const stale = plainStatus(plain, "staleConnection");
    simulator.faults.expireToken();
    await stale;
    await plain.closed();
  });

  test("trap 6: our client reports the server's reason", async () => {
    const { client, reaches } = observedClient(simulator.webSocketUrl, { credentials });
    await client.start();
    simulator.faults.expireToken();
    expect(await reaches("reconnecting")).toMatchObject({
      fault: { kind: "auth-expired", evidence: { errText: "User Authentication Expired" } },
    });
    await client.stop();
  });
});

describe("trap 5: misleading error names", () => {
  test("plain nats.ws reports a refused TCP connection as unknown, and an early close as a timeout", async () => {
    const nowhere = plainDial(`ws://127.0.0.1:${await freePort()}`);
    await expect(connect(nowhere.options)).rejects.toMatchObject({ code: "UNKNOWN_ERROR" });

    const simulator = await startSimulator();
    simulator.faults.add({ at: "before-info", action: { do: "close-code", code: 1008, reason: "no" } });
    const early = plainDial(simulator.webSocketUrl, { timeout: 300 });
    const startedAtMs = performance.now();
    await expect(connect(early.options)).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(290);
    await simulator.stop();
  });

  test("our client reports what happened, at once", async () => {
    const nowhere = observedClient(`ws://127.0.0.1:${await freePort()}`);
    expect(await nowhere.client.start()).toBe("retrying");
    expect(nowhere.client.state).toMatchObject({ fault: { kind: "unreachable" } });
    await nowhere.client.stop();

    const simulator = await startSimulator();
    simulator.faults.add({
      at: "before-info",
      action: { do: "close-code", code: 1008, reason: "maximum connections exceeded" },
    });
    const early = observedClient(simulator.webSocketUrl);
    const startedAtMs = performance.now();
    expect(await early.client.start()).toBe("retrying");
    expect(performance.now() - startedAtMs).toBeLessThan(early.client.tunables.connectTimeoutMs / 2);
    expect(early.client.state).toMatchObject({
      fault: {
        kind: "max-connections",
        evidence: { closeCode: 1008, closeReason: "maximum connections exceeded", infoReceived: false },
      },
    });
    await early.client.stop();
    await simulator.stop();
  });
});

describe("trap 6: a closed connection without a reason", () => {
  test("plain nats.ws reports a server shutdown and its own close alike, and kill -9 without a reason", async () => {
    const broker = await startNatsServer();
    const { options } = plainDial(broker.webSocketUrl, { reconnect: false });
    const own = await connect(options);
    await own.close();
    expect(await own.closed()).toBeUndefined();
    const shutDown = await connect(options);
    await shutDown.flush();
    await broker.shutDown();
    expect(await shutDown.closed()).toBeUndefined();

    await broker.restart();
    const killed = await connect(options);
    await broker.kill();
    expect((await killed.closed())?.message ?? "").toBe("");
    await broker.stop();
  });

  test("our client distinguishes all three", async () => {
    const broker = await startNatsServer();
    const { client, reaches } = observedClient(broker.webSocketUrl);
    const faults = () => client.timeline.entries.filter(({ type }) => type === "link-lost");
    await client.start();
    await client.stop();
    expect(faults()).toEqual([]);

    await client.start();
    // A server that ends with unread bytes resets the connection, and its last messages are lost.
    await until("the first ping was answered", () => client.rttMs !== null);
    // Observed from before: while the server's process ends, the client may already have dialled again in vain.
    const shutDown = reaches("reconnecting");
    await broker.shutDown();
    expect(await shutDown).toMatchObject({ fault: { kind: "server-shutdown" } });
    await client.stop();

    await broker.restart();
    await client.start();
    const killed = reaches("reconnecting");
    await broker.kill();
    expect(await killed).toMatchObject({
      fault: { kind: "unreachable", evidence: { closeCode: 1006, phase: "live" } },
    });
    await client.stop();
    await broker.stop();
  });
});
