/** stop() settles within its deadline at any moment, with a true result. */
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MyceliumClient } from "../../client/index.ts";
import { Random } from "../chaos/random.ts";
import { observedClient } from "../support/clients/client.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { isInTime } from "../support/tools/in-time.ts";
import { until } from "../support/tools/until.ts";

/** Tolerance for a deadline: generous, because the failure that it guards against took seconds. */
const MARGIN_MS = 900;

describe("while dialling a host that accepts the connection and stays silent", () => {
  let host: Server;
  const sockets = new Set<Socket>();
  let url = "";

  beforeEach(async () => {
    host = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).resume();
    });
    await new Promise<void>((listening) => host.listen(0, "127.0.0.1", listening));
    const address = host.address();
    url = `ws://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => host.close(closed));
  });

  test.each([0, 100, 400, 1200])("ends within drainTimeoutMs (%i)", async (drainTimeoutMs) => {
    const { client, openSockets } = observedClient(url, { drainTimeoutMs });
    void client.start();
    await until("it dials", () => openSockets() === 1 && sockets.size > 0);
    expect(await isInTime(drainTimeoutMs + MARGIN_MS, client.stop())).toBe(true);
    expect(client.state.status).toBe("stopped");
    await until("its socket is closed", () => openSockets() === 0);
  });
});

describe("at random moments of a client's life", () => {
  let broker: Broker;
  beforeEach(async () => {
    broker = await startNatsServer();
  });
  afterEach(() => broker.stop());

  test("300 times: ends within drainTimeoutMs, and no socket stays open", async () => {
    const random = new Random(7);
    const trial = async () => {
      const drainTimeoutMs = random.pick([50, 200]);
      const { client, openSockets } = observedClient(broker.webSocketUrl, {
        drainTimeoutMs,
        credentials: async () => {
          await pause(random.pick([0, 0, 5, 20]));
          return { type: "none" };
        },
      });
      client.subscribe("s", () => {});
      void client.start();
      await pause(random.next() * 60);
      if (random.next() < 0.5) void client.reconnect();
      await pause(random.next() * 30);
      const moment = client.state.status;
      expect(await isInTime(drainTimeoutMs + MARGIN_MS, client.stop()), moment).toBe(true);
      expect(client.state.status).toBe("stopped");
      await until("no socket is open", () => openSockets() === 0);
    };
    for (let round = 0; round < 30; round += 1) await Promise.all(Array.from({ length: 10 }, trial));
  });

  test("with a frozen server, over the platform's own WebSocket", async () => {
    const client = new MyceliumClient({ servers: [broker.webSocketUrl], drainTimeoutMs: 300 });
    expect(await client.start()).toBe("live");
    await broker.freeze();
    expect(await isInTime(300 + MARGIN_MS, client.stop())).toBe(true);
    // The platform's WebSocket can't be reset, so the true result is "closing".
    expect(client.state).toMatchObject({ status: "stopped", outcome: "closing" });
    broker.thaw();
    await until("the server has let go of it", async () => (await broker.connz()).num_connections === 0);
  });
});
