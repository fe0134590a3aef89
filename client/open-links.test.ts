/** How one link replaces another, and how long old links stay open. */
import { afterEach, describe, expect, test } from "vitest";
import { VirtualServer } from "../test/chaos/virtual-server.ts";
import { VirtualSocket } from "../test/chaos/virtual-socket.ts";
import { HOUR_MS, Life, MINUTE_MS } from "../test/support/clients/virtual-life.ts";

let life: Life;
afterEach(() => life.end());

test("a server that is listed or announced in several spellings is dialled no more often than others", async () => {
  life = new Life({ servers: ["ws://a", "ws://a/", "ws://b:80", "ws://a", "ws://b"], followCluster: true });
  const dialled = () =>
    life.client.timeline.entries.flatMap((entry) => (entry.type === "dial" ? [entry.server] : []));
  life.server.reachability = "refuses";
  void life.client.start();
  await life.run(MINUTE_MS / 2);
  expect(dialled().slice(0, 4)).toEqual(["ws://a", "ws://b:80", "ws://a", "ws://b:80"]);
  life.server.reachability = "up";
  await life.run(MINUTE_MS / 2);
  expect(life.client.state.status).toBe("live");
  life.server.babble('INFO {"connect_urls":["b:80","a:80","no address","c:80"],"max_payload":1024}\r\n');
  await life.run(1000);
  life.server.reachability = "refuses";
  life.server.dropAll();
  await life.run(MINUTE_MS);
  expect([...new Set(dialled().slice(-6))].sort()).toEqual(["ws://a", "ws://b:80", "ws://c:80"]);
});

describe("a handover", () => {
  test("that is requested while another's old link retires starts afterwards", async () => {
    life = await new Life({ drainTimeoutMs: 3000 }).live();
    void life.client.reconnect();
    const isMoved = new Promise<void>((moved) => {
      life.client.timeline.onEntry(({ type }) => type === "handover" && moved());
    });
    const again = isMoved.then(() => life.client.reconnect());
    await life.run(10_000);
    expect(await again).toBe("live");
    expect([life.count("handover"), life.sockets]).toEqual([2, 3]);
  });

  test("keeps the old link open for its pending request, without delaying the next handover", async () => {
    life = new Life({ credentials: async () => life.token(10 * MINUTE_MS) });
    await life.live();
    const answer = life.client.request("slow", "", { timeoutMs: 20 * MINUTE_MS });
    await life.run(1000);
    const [[inbox = ""] = []] = life.server.inboxes;
    void life.client.reconnect();
    // By now the credentials must be renewed.
    await life.run(8 * MINUTE_MS);
    expect([life.count("handover"), life.sockets, life.server.subscribed.length]).toEqual([2, 3, 2]);
    life.server.publish(inbox.replace("*", "1"), "late");
    await life.run(1000);
    expect(new TextDecoder().decode((await answer).data)).toBe("late");
    expect(life.server.subscribed).toHaveLength(1);
  });

  /** A request that is pending on an old link, while `drop` fails the live link, which is to another server. */
  const keptOver = async (drop: (live: VirtualServer) => void, forMs: number) => {
    let sockets = 0;
    life = new Life({ webSocket: () => new VirtualSocket(++sockets === 1 ? life.server : other, "node") });
    const other = new VirtualServer(life.clock);
    await life.live();
    const answer = life.client.request("slow", "", { timeoutMs: 20 * MINUTE_MS }).then(
      ({ data }) => new TextDecoder().decode(data),
      ({ message }) => message,
    );
    await life.run(1000);
    void life.client.reconnect();
    await life.run(10_000);
    expect(life.count("handover")).toBe(1);
    drop(other);
    await life.run(forMs);
    const [[inbox = ""] = []] = life.server.inboxes;
    life.server.publish(inbox.replace("*", "1"), "late");
    await life.run(1000);
    return answer;
  };

  test("keeps the old link open for its pending request, even if the live link is lost", async () => {
    expect(await keptOver((live) => live.dropAll(), 10_000)).toBe("late");
    expect([life.count("link-lost"), life.client.state.status]).toEqual([1, "live"]);
    expect(life.server.subscribed).toEqual([]);
  });

  test("doesn't keep the old link open if the live link fell silent", async () => {
    const freeze = (live: VirtualServer) => {
      live.frozen = true;
    };
    expect(await keptOver(freeze, MINUTE_MS)).toBe("the link was lost before slow answered");
    expect(life.count("link-lost")).toBe(1);
  });

  test.each([
    ["between two attempts", "drained"],
    ["between two attempts", "cut"],
    ["during an attempt", "drained"],
    ["during an attempt", "cut"],
  ] as const)("keeps an old link open that a stop %s closes, with the outcome %s", async (when, outcome) => {
    const outcomes: string[] = [];
    const answer = keptOver((live) => {
      live.reachability = "swallows";
      life.server.frozen = outcome === "cut";
      life.client.onState(({ status, ...state }) => {
        if (status !== "reconnecting") return;
        const dials = "nextAttemptAtMs" in state && state.nextAttemptAtMs === null;
        if (dials === (when === "during an attempt"))
          void life.client.stop().then((ending) => outcomes.push(ending, life.client.state.status));
      });
      live.dropAll();
    }, 10_000);
    expect(await answer).toBe("the client was stopped before slow answered");
    expect(outcomes).toEqual([outcome, "stopped"]);
    expect(life.client.state).toMatchObject({ outcome });
    expect(life.count("link-lost")).toBe(1);
  });

  test("keeps an old link open that a stop closes with the live one, and the worse outcome is returned", async () => {
    let outcome: string | undefined;
    await keptOver(() => {
      life.server.frozen = true;
      void life.client.stop().then((ending) => {
        outcome = ending;
      });
    }, 10_000);
    expect([outcome, life.count("link-lost")]).toEqual(["cut", 0]);
  });

  test.each([
    ["answered", 1, [4, 4, 4]],
    ["stopped", 0, Array(3).fill("the client was stopped before slow answered")],
  ])(
    "keeps an old link for each pending request until it is %s, and delivers no message twice",
    async (how, left, outcomes) => {
      life = new Life();
      const received: string[] = [];
      life.client.subscribe("a", ({ data }) => received.push(new TextDecoder().decode(data)));
      await life.live();
      const requests: Promise<unknown>[] = [];
      for (let move = 1; move <= 3; move += 1) {
        const request = life.client.request("slow", "", { timeoutMs: 20 * MINUTE_MS });
        requests.push(request.then(({ data }) => data.length).catch(({ message }) => message));
        await life.run(1000);
        void life.client.reconnect();
        for (let tenth = 1; tenth <= 50; tenth += 1) {
          life.server.publish("a", `${move}.${tenth}`);
          await life.run(100);
        }
      }
      expect(life.count("handover")).toBe(3);
      expect(life.server.subscribed).toEqual([[], [], [], ["a"]]);
      expect([received.length, new Set(received).size]).toEqual([150, 150]);
      if (how === "stopped") void life.client.stop();
      else
        for (const inbox of life.server.inboxes.flat()) life.server.publish(inbox.replace("*", "1"), "late");
      await life.run(5000);
      expect(await Promise.all(requests)).toEqual(outcomes);
      expect(life.server.subscribed).toHaveLength(left);
    },
  );

  test("waits for the previous drain and request together no longer than drainTimeoutMs", async () => {
    let sockets = 0;
    life = new Life({
      drainTimeoutMs: 10_000,
      webSocket: () => new VirtualSocket(++sockets === 1 ? life.server : other, "node"),
    });
    const other = new VirtualServer(life.clock);
    life.client.subscribe("a", () => {});
    life.client.timeline.onEntry(({ type }) => {
      if (type === "handover" && sockets === 2) life.server.frozen = true;
    });
    await life.live();
    life.client.request("slow", "", { timeoutMs: 20 * MINUTE_MS }).catch(() => {});
    void life.client.reconnect();
    await life.run(4000);
    expect(life.count("handover")).toBe(1);
    void life.client.reconnect();
    await life.run(5000);
    life.server.thaw();
    expect(sockets).toBe(2);
    await life.run(4000);
    expect(sockets).toBe(3);
  });

  test.each([
    ["while the new link subscribes", "dial"],
    ["when the new link has taken over", "handover"],
  ])("isn't delayed, nor is the next one, when the clock is set back %s", async (_, after) => {
    life = await new Life({ drainTimeoutMs: 10_000 }).live();
    life.client.request("slow", "", { timeoutMs: 20 * MINUTE_MS }).catch(() => {});
    const setBack = () => {
      life.timers.setBackMs = HOUR_MS;
    };
    life.client.timeline.onEntry(({ type }) => {
      // After five network latencies the first PONG has come, and the subscriptions are under way.
      if (type === after) life.clock.after(type === "dial" ? 5.5 * life.server.latencyMs : 0, setBack);
    });
    void life.client.reconnect();
    await life.run(6000);
    expect([life.count("handover"), life.timers.setBackMs]).toEqual([1, HOUR_MS]);
    void life.client.reconnect();
    await life.run(15_000);
    expect(life.sockets).toBe(3);
  });

  /** A client that moves to a server that freezes as soon as the link is open. */
  const movedToFrozen = async () => {
    let sockets = 0;
    life = new Life({
      webSocket: () => new VirtualSocket(++sockets === 2 ? other : life.server, "node"),
    });
    const other = new VirtualServer(life.clock);
    await life.live();
    void life.client.reconnect();
    // The first PONG has come, and the subscriptions are under way.
    await life.run(5.5 * other.latencyMs);
    other.frozen = true;
    return other;
  };

  test.each([
    ["as soon as the link is open", []],
    ["after one more frame", ["PING\r\n"]],
  ])("to a server that freezes %s fails, and is retried", async (_, frames) => {
    const other = await movedToFrozen();
    for (const frame of frames) other.babble(frame);
    await life.run(15_000);
    expect(life.count("handover-failed")).toBe(1);
    expect([life.count("handover"), life.count("link-lost")]).toEqual([1, 0]);
  });

  test("isn't given up if a PONG is late because other traffic is queued before it", async () => {
    const other = await movedToFrozen();
    for (let second = 0; second < 12; second += 1) {
      other.babble("PING\r\n");
      await life.run(1000);
    }
    expect([life.count("handover"), life.count("handover-failed")]).toEqual([0, 0]);
    other.thaw();
    await life.run(MINUTE_MS / 2);
    expect([life.count("handover"), life.count("handover-failed")]).toEqual([1, 0]);
  });
});
