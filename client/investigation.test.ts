/** How a fault is looked at from elsewhere while attempts go on failing. */
import { afterEach, describe, expect, test } from "vitest";
import { VirtualSocket } from "../test/chaos/virtual-socket.ts";
import { Life, MINUTE_MS } from "../test/support/clients/virtual-life.ts";
import { type ClientOptions, fault } from "./index.ts";

let life: Life;
afterEach(() => life.end());

describe("an investigation", () => {
  /** A client that finds nobody, and somebody else who takes `tookMs` to find out more; `asked` lists the signals. */
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
    "that takes longer than the attempts do is let finish, with the servers %j",
    async (servers) => {
      const asked = investigated(4000, servers);
      await life.run(4500);
      expect(life.count("dial-failed")).toBeGreaterThan(2);
      expect(life.client.state).toMatchObject({ fault: { kind: "refused" } });
      expect(asked).toHaveLength(1);
      // The next failure asks again.
      await life.run(5000);
      expect(asked).toHaveLength(2);
    },
  );

  test("is let finish where servers fail in different ways, and found things out", async () => {
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

  test("that never ends gives way to another, and ends with what it looked at", async () => {
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
  ])("that finds what is no fault, %j, is told so, and has found nothing", async (found) => {
    investigated(null, ["ws://a"], { investigate: () => found as never });
    await life.run(1000);
    const message = 'investigate() returned no fault: return one, null or "mended"';
    expect(life.client.timeline.entries).toContainEqual(
      expect.objectContaining({ type: "callback-failed", callback: "investigate", message }),
    );
    expect(life.client.state).toMatchObject({ fault: { kind: "unreachable" } });
  });
});
