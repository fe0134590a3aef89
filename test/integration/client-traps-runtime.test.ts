/**
 * Traps 10 and 11 of nats.ws 1.30.3: its size, and background tabs.
 *
 * Not shown here: random numbers drawn at load, because neither its ES module nor its CommonJS build does so in Node 24
 * (both were loaded with `Math.random` and `getRandomValues` watched); connections that hang when Worker requests share
 * them, which worker/traps.test.ts shows; a real background tab, because headless Chromium throttles none. A long ping
 * interval replaces the throttled ping.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { connect } from "nats.ws";
import { describe, expect, test } from "vitest";
import { observedClient } from "../support/clients/client.ts";
import { plainDial } from "../support/clients/plain-nats.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { ROOT } from "../support/tools/cache.ts";
import { until } from "../support/tools/until.ts";

describe("trap 10: the size of nats.ws", () => {
  /** Runs a script and returns its output; in it, `loaded()` tells whether nats.ws was loaded. */
  async function run(script: string): Promise<string> {
    const source = `
      import { registerHooks } from "node:module";
      let seen = false;
      const loaded = () => seen;
      registerHooks({
        load(url, context, next) {
          seen ||= url.includes("/nats.ws/");
          return next(url, context);
        },
      });
      ${script}
    `;
    const node = promisify(execFile);
    return (await node(process.execPath, ["--input-type=module", "--eval", source], { cwd: ROOT })).stdout;
  }

  test("importing plain nats.ws loads all of it", async () => {
    expect(await run(`await import("nats.ws"); console.log(loaded());`)).toBe("true\n");
  });

  test("our client loads it at the first dial, not before", async () => {
    const script = `
      const { MyceliumClient } = await import("./client/index.ts");
      const webSocket = () => { throw new Error("no network here"); };
      const client = new MyceliumClient({ servers: ["ws://nowhere"], webSocket });
      client.subscribe("a", () => {});
      console.log(loaded());
      await client.start();
      await client.stop();
      console.log(loaded());
    `;
    expect(await run(script)).toBe("false\ntrue\n");
  });
});

describe("trap 11: a background tab", () => {
  test("our client notices a dead link on waking; plain nats.ws can't be told that the page woke", async () => {
    const broker = await startNatsServer();
    const plain = await connect(plainDial(broker.webSocketUrl).options);
    // A current server sends a second INFO after its first PONG, which plain nats.ws reports; the flush skips it.
    await plain.flush();
    const heard: string[] = [];
    void (async () => {
      for await (const { type } of plain.status()) heard.push(type);
    })();
    const { client, reaches } = observedClient(broker.webSocketUrl);
    await client.start();
    await until("the first ping was answered", () => client.rttMs !== null);

    await broker.freeze();
    expect(client.state.status).toBe("live");
    // The next ping is 20 s away, as after a sleep: only the check on waking can notice in time.
    const wokeAtMs = performance.now();
    client.notifyWake();
    expect(await reaches("reconnecting")).toMatchObject({ fault: { kind: "stale" } });
    expect(performance.now() - wokeAtMs).toBeLessThan(10_000);
    expect([heard, plain.isClosed()]).toEqual([[], false]);

    await client.stop();
    broker.thaw();
    await plain.close();
    await broker.stop();
  });
});
