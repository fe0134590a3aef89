/** How the investigate callback is used while attempts keep failing. */
import { afterEach, describe, expect, test } from "vitest";
import { VirtualSocket } from "../test/chaos/virtual-socket.ts";
import { Life, MINUTE_MS } from "../test/support/clients/virtual-life.ts";
import { type ClientOptions, fault } from "./index.ts";

let life: Life;
afterEach(() => life.end());

describe("an investigation", () => {
  /** A client whose server refuses it, and whose investigations take `tookMs`. @returns the signal of each of them */
  const investigated = (tookMs: number | null, servers: string[], more: Partial<ClientOptions> = {}) => {
    const asked: AbortSignal[] = [];
    life = new Life({
      servers,
      reconnect: { maxAttempts: 0 },
      investigate: (_, signal) => {
        asked.push(signal);
        return new Promise((resolve) => {
          if (tookMs !== null) life.clock.after(tookMs, () => resolve(fault("refused")));
        });
      },
      ...more,
    });
    life.server.reachability = "refuses";
    void life.client.start();
    return asked;
  };

  test.each([[["ws://a"]], [["ws://a", "ws://b"]]])(
    "that takes longer than several attempts isn't interrupted, with the servers %j",
    async (servers) => {
      const asked = investigated(4000, servers);
      await life.run(4500);
      expect(life.count("dial-failed")).toBeGreaterThan(2);
      expect(life.client.state).toMatchObject({ fault: { kind: "refused" } });
      expect(asked).toHaveLength(1);
      // The next failure starts another investigation.
      await life.run(5000);
      expect(asked).toHaveLength(2);
    },
  );

  test("isn't interrupted if servers fail in different ways, and its finding is used", async () => {
    const asked = investigated(4000, ["ws://a", "ws://b"], {
      connectTimeoutMs: 500,
      webSocket: (url) => {
        life.server.reachability = url === "ws://a" ? "refuses" : "swallows";
        return new VirtualSocket(life.server, "node");
      },
    });
    await life.run(3900);
    const kinds = life.client.timeline.entries.map((one) => one.type === "dial-failed" && one.fault.kind);
    expect(kinds).toEqual(expect.arrayContaining(["unreachable", "timeout"]));
    expect(asked.map(({ aborted }) => aborted)).toEqual([false]);
    await life.run(MINUTE_MS / 2);
    expect(life.count("fault-refined")).toBeGreaterThan(0);
  });

  test("that never settles is replaced after a minute, and aborted when the client is live", async () => {
    const asked = investigated(null, ["ws://a"]);
    await life.run(2.5 * MINUTE_MS);
    expect(asked.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    life.server.reachability = "up";
    await life.run(MINUTE_MS / 2);
    expect(life.client.state.status).toBe("live");
    expect(asked.at(-1)?.aborted).toBe(true);
  });

  test.each([
    [undefined],
    [Promise.resolve(undefined)],
    [Promise.resolve("refused")],
    [Promise.resolve({ kind: "refused" })],
  ])(
    "that resolves with %j, which is no fault, is reported as failed, and the fault stays",
    async (found) => {
      investigated(null, ["ws://a"], { investigate: () => found as never });
      await life.run(1000);
      const message = 'investigate() returned no fault: return one, null or "mended"';
      expect(life.client.timeline.entries).toContainEqual(
        expect.objectContaining({ type: "callback-failed", callback: "investigate", message }),
      );
      expect(life.client.state).toMatchObject({ fault: { kind: "unreachable" } });
    },
  );
});
