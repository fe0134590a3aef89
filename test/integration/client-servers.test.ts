import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { freePort } from "../support/tools/ports.ts";

describe("several servers", () => {
  let first: Simulator;
  let second: Simulator;
  let observed: ObservedClient;

  beforeEach(async () => {
    // Not any free port: while a server is down, another process could take it.
    const start = async () => startSimulator({ webSocketPort: await freePort() });
    [first, second] = await Promise.all([start(), start()]);
  });
  afterEach(async () => {
    await observed.client.stop();
    await Promise.all([first.stop(), second.stop()]);
  });

  const fast = { reconnect: { baseDelayMs: 10, maxDelayMs: 20 }, random: () => 0 };
  const dialled = (): string[] =>
    observed.client.timeline.entries.flatMap((entry) => (entry.type === "dial" ? [entry.server] : []));

  test("tries the next server after each failed attempt", async () => {
    const nobody = `ws://127.0.0.1:${await freePort()}`;
    observed = observedClient(nobody, { ...fast, servers: [nobody, first.webSocketUrl] });
    expect(await observed.client.start()).toBe("retrying");
    await observed.reaches("live");
    expect(dialled()).toEqual([nobody, first.webSocketUrl]);
  });

  test("one bad server doesn't keep the client from the good ones", async () => {
    observed = observedClient(first.webSocketUrl, {
      ...fast,
      servers: [first.webSocketUrl, second.webSocketUrl],
    });
    await observed.client.start();
    first.faults.refuse();
    first.faults.kill({ downMs: 600_000 });
    await observed.reaches((state) => state.status === "live" && state.server.url === second.webSocketUrl);
  });

  test("dials servers from INFO only with the option for it", async () => {
    const member = new URL(second.webSocketUrl).host;
    first.faults.announce({ connect_urls: [member] });

    observed = observedClient(first.webSocketUrl, { ...fast, followCluster: true });
    await observed.client.start();
    first.faults.kill({ downMs: 600_000 });
    await observed.reaches((state) => state.status === "live" && state.server.url === second.webSocketUrl);
    await observed.client.stop();
    expect(new Set(dialled())).toEqual(new Set([first.webSocketUrl, second.webSocketUrl]));

    await first.faults.revive();
    observed = observedClient(first.webSocketUrl, fast);
    await observed.client.start();
    first.faults.kill({ downMs: 600_000 });
    await observed.reaches((state) => state.status === "reconnecting" && state.failedAttempts >= 3);
    expect(new Set(dialled())).toEqual(new Set([first.webSocketUrl]));
  });
});
