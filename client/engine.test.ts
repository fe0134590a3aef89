/** The whole client on a virtual server, clock and network: what takes days, and what meets in one moment. */
// Loaded before virtual time begins: the client imports it lazily, which would take real time.
import "nats.ws";
import { afterEach, describe, expect, test } from "vitest";
import { settled } from "../test/chaos/settled.ts";
import { CountedClock, VirtualClock } from "../test/chaos/virtual-clock.ts";
import { VirtualServer } from "../test/chaos/virtual-server.ts";
import { VirtualSocket } from "../test/chaos/virtual-socket.ts";
import { LONGEST_TIMER_MS } from "./clock.ts";
import { type ClientOptions, type Credentials, FaultError, fault, MyceliumClient } from "./index.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** No run of these tests needs more timers than this: what goes on and on fails, and doesn't hang. */
const MOST_TIMERS = 10_000;

/** A virtual clock whose timers overflow as the runtimes' do, and which can be set back. */
class OverflowingClock extends CountedClock {
  setBackMs = 0;

  override now(): number {
    return super.now() - this.setBackMs;
  }

  override after(delayMs: number, callback: () => void): () => void {
    return super.after(delayMs > LONGEST_TIMER_MS ? 1 : delayMs, callback);
  }
}

class Life {
  readonly clock = new VirtualClock();
  readonly timers = new OverflowingClock(this.clock);
  readonly server = new VirtualServer(this.clock);
  readonly client: MyceliumClient;
  sockets = 0;

  constructor(options: Partial<ClientOptions> = {}) {
    this.client = new MyceliumClient({
      servers: ["ws://virtual"],
      clock: this.timers,
      random: () => 0.5,
      webSocket: () => {
        this.sockets += 1;
        return new VirtualSocket(this.server, "node");
      },
      ...options,
    });
  }

  /** A token that lives for so long from now on. */
  token(lifeMs: number): Credentials {
    return { type: "token", token: "t", expiresAtMs: this.clock.now() + lifeMs };
  }

  async run(forMs: number): Promise<void> {
    const untilMs = this.clock.now() + forMs;
    await settled();
    for (let rung = 0; this.clock.ringNext(untilMs); rung += 1) {
      if (rung > MOST_TIMERS) throw new Error(`timers ring without an end in ${this.client.state.status}`);
      await settled();
    }
    this.clock.moveTo(untilMs);
  }

  async live(): Promise<this> {
    void this.client.start();
    await this.run(1000);
    expect(this.client.state.status).toBe("live");
    return this;
  }

  /** How often something of this type is on the timeline. */
  count(type: string): number {
    return this.client.timeline.entries.filter((entry) => entry.type === type).length;
  }
}

let life: Life;
afterEach(async () => {
  void life.client.stop();
  await life.run(30_000);
  expect(life.timers.pending).toBe(0);
});

describe("credentials", () => {
  test("that live for months are asked for once, and not renewed before they are due", async () => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return life.token(90 * DAY_MS);
    };
    life = new Life({ credentials });
    await life.live();
    await life.run(HOUR_MS);
    expect([asked, life.sockets]).toEqual([1, 1]);
  });

  test("whose end is no time are a fault of their source, and none that is asked again and again", async () => {
    let asked = 0;
    const credentials = async (): Promise<Credentials> => {
      asked += 1;
      return { type: "token", token: "t", expiresAtMs: Number.NaN };
    };
    life = new Life({ credentials });
    void life.client.start();
    await life.run(10_000);
    expect(life.client.state).toMatchObject({ fault: { kind: "token-source" } });
    expect(asked).toBeLessThan(10);
  });

  test.each([DAY_MS, 30 * DAY_MS, Number.NaN])(
    "are renewed in time where their source asks to be left alone for %i ms",
    async (retryAfterMs) => {
      let asked = 0;
      const credentials = async () => {
        asked += 1;
        if (asked === 2) throw new FaultError(fault("token-source", { retryAfterMs }), "later");
        return life.token(2 * HOUR_MS);
      };
      life = new Life({ credentials });
      await life.live();
      await life.run(2 * HOUR_MS);
      expect([asked, life.count("handover"), life.count("link-lost")]).toEqual([3, 1, 0]);
    },
  );

  test("that are used for another link are renewed no sooner than their source, which wouldn't, may be asked", async () => {
    const askedAtMs: number[] = [];
    const credentials = async () => {
      askedAtMs.push(life.clock.now());
      if (askedAtMs.length === 2) throw new FaultError(fault("token-source", { retryAfterMs: 600_000 }), "");
      return life.token(2 * HOUR_MS);
    };
    life = new Life({ credentials, random: () => 0 });
    await life.live();
    await life.run(1.41 * HOUR_MS);
    expect(askedAtMs).toHaveLength(2);
    for (const move of [() => life.server.dropAll(), () => life.server.announceLameDuck()]) {
      move();
      await life.run(10_000);
      expect(life.client.state.status).toBe("live");
    }
    expect(life.sockets).toBe(3);
    await life.run(600_000);
    expect(askedAtMs).toHaveLength(3);
    expect((askedAtMs[2] ?? 0) - (askedAtMs[1] ?? 0)).toBeGreaterThanOrEqual(600_000);
  });

  test("that were fetched for a renewal are used again when that is tried again", async () => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return life.token(2 * HOUR_MS);
    };
    life = new Life({ credentials });
    await life.live();
    life.server.reachability = "refuses";
    await life.run(1.7 * HOUR_MS);
    expect(life.count("handover-failed")).toBeGreaterThan(10);
    life.server.reachability = "up";
    await life.run(MINUTE_MS);
    expect([asked, life.count("handover"), life.count("link-lost")]).toEqual([2, 1, 0]);
  });

  test("are asked for once at a time, also where the link is lost during a renewal and the user dials at once", async () => {
    const open: AbortSignal[] = [];
    let most = 0;
    const credentials = async (signal: AbortSignal) => {
      open.push(signal);
      most = Math.max(most, open.filter(({ aborted }) => !aborted).length);
      if (open.length === 2) await new Promise(() => {});
      return life.token(10 * MINUTE_MS);
    };
    life = new Life({ credentials, connectTimeoutMs: 2 * MINUTE_MS });
    await life.live();
    await life.run(8 * MINUTE_MS);
    expect(open.map(({ aborted }) => aborted)).toEqual([true, false]);
    const off = life.client.onState(() => {
      off();
      void life.client.reconnect();
    });
    life.server.dropAll();
    await life.run(1000);
    expect([life.client.state.status, open.length, most]).toEqual(["live", 3, 1]);
  });

  test("aren't asked for by a dial that is given up as it begins", async () => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return life.token(10 * MINUTE_MS);
    };
    life = new Life({ credentials });
    void life.client.start();
    void life.client.stop();
    await life.run(1000);
    expect([asked, life.client.state.status]).toEqual([0, "stopped"]);
  });

  test("that still hold are used for another link while their source has no others", async () => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      if (asked > 1) throw new Error("not now");
      return life.token(2 * HOUR_MS);
    };
    life = new Life({ credentials, random: () => 0 });
    await life.live();
    await life.run(1.43 * HOUR_MS);
    expect(asked).toBeGreaterThan(1);
    life.server.dropAll();
    await life.run(MINUTE_MS / 2);
    expect(life.client.state.status).toBe("live");
  });
});

test("a dial gets no more time where the clock is set back before the credentials are there", async () => {
  const credentials = async (): Promise<Credentials> => {
    life.timers.setBackMs = HOUR_MS;
    return { type: "none" };
  };
  life = new Life({ credentials });
  life.server.reachability = "swallows";
  void life.client.start();
  await life.run(6000);
  expect(life.count("dial-failed")).toBe(1);
});

describe("credentials that end with a link that was left behind", () => {
  test("say nothing of those that replaced them", async () => {
    let asked = 0;
    let sockets = 0;
    const credentials = async () => {
      asked += 1;
      return life.token(10 * MINUTE_MS);
    };
    life = new Life({
      credentials,
      webSocket: () => new VirtualSocket(++sockets === 1 ? life.server : other, "node"),
    });
    const other = new VirtualServer(life.clock);
    await life.live();
    const answer = life.client.request("slow", "", { timeoutMs: 20 * MINUTE_MS });
    await life.run(8 * MINUTE_MS);
    expect([asked, life.count("handover")]).toEqual([2, 1]);
    life.server.dropAll("User Authentication Expired", 1008);
    const lost = expect(answer).rejects.toMatchObject({ failure: "lost" });
    await life.run(1000);
    await lost;
    other.dropAll();
    await life.run(10_000);
    expect([life.client.state.status, asked]).toEqual(["live", 2]);
  });
});

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
});

describe("a handover", () => {
  test("that is asked for while another's old link retires follows it", async () => {
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

  test("leaves a server that says together with its first PONG that it is going", async () => {
    class GoingSocket extends VirtualSocket {
      #rest = `INFO {"server_id":"going","version":"2.15.0","max_payload":1024,"ldm":true}\r\n`;
      override fromServer(text: string): void {
        const isPong = text === "PONG\r\n";
        super.fromServer(isPong ? text + this.#rest : text);
        if (isPong) this.#rest = "";
      }
    }
    let sockets = 0;
    const webSocket = () =>
      ++sockets === 1 ? new GoingSocket(life.server, "node") : new VirtualSocket(life.server, "node");
    life = new Life({ webSocket });
    await life.live();
    await life.run(5000);
    expect([life.count("handover"), life.count("link-lost"), sockets]).toEqual([1, 0, 2]);
  });

  /** A server that greets everybody with the word that it is going, and says so in each INFO. */
  class GreetingSocket extends VirtualSocket {
    override fromServer(text: string): void {
      super.fromServer(text.replace(/^INFO \{/, '$&"ldm":true,'));
    }
  }

  test("leaves a server that greets with the word that it is going for the one that doesn't", async () => {
    life = new Life({
      servers: ["ws://a", "ws://b"],
      random: () => 0,
      webSocket: (url) => new (url === "ws://b" ? VirtualSocket : GreetingSocket)(life.server, "node"),
    });
    await life.live();
    await life.run(HOUR_MS);
    expect(life.client.state).toMatchObject({ status: "live", server: { url: "ws://b" } });
    expect([life.count("handover"), life.count("link-lost")]).toEqual([1, 0]);
  });

  test("stays with one of several that greet so until it announces it", async () => {
    let greets = GreetingSocket;
    let sockets = 0;
    const webSocket = () => {
      sockets += 1;
      return new greets(life.server, "node");
    };
    life = new Life({ webSocket, credentials: async () => life.token(10 * MINUTE_MS) });
    await life.live();
    for (let minute = 0; minute < 58; minute += 1) {
      life.server.babble('INFO {"max_payload":1024}\r\n');
      await life.run(MINUTE_MS);
    }
    const reasons = life.client.timeline.entries.map((one) => one.type === "handover" && one.reason);
    expect(reasons.filter((reason) => reason === "lame-duck")).toHaveLength(1);
    expect([sockets, life.count("handover"), life.count("link-lost")]).toEqual([9, 8, 0]);
    greets = VirtualSocket;
    void life.client.reconnect();
    await life.run(5000);
    // However soon after another.
    for (let moves = 9; moves < 12; moves += 1) {
      life.server.announceLameDuck();
      await life.run(5000);
      expect(life.count("handover")).toBe(moves + 1);
    }
  });

  test("from one that greets so is tried once where no other link can be had, and its credentials are renewed in time", async () => {
    let sockets = 0;
    life = new Life({
      credentials: async () => life.token(HOUR_MS),
      webSocket: () => {
        life.server.rejection = ++sockets === 1 ? null : "maximum connections exceeded";
        return new GreetingSocket(life.server, "node");
      },
    });
    await life.live();
    await life.run(0.7 * HOUR_MS);
    expect([sockets, life.count("handover-failed")]).toEqual([2, 1]);
    await life.run(0.1 * HOUR_MS);
    expect(life.count("handover-failed")).toBeGreaterThan(10);
  });

  test("leaves a link to the request that waits there, and the next one waits for neither", async () => {
    life = new Life({ credentials: async () => life.token(10 * MINUTE_MS) });
    await life.live();
    const answer = life.client.request("slow", "", { timeoutMs: 20 * MINUTE_MS });
    await life.run(1000);
    const [[inbox = ""] = []] = life.server.inboxes;
    void life.client.reconnect();
    // By now the credentials are to be renewed.
    await life.run(8 * MINUTE_MS);
    expect([life.count("handover"), life.sockets, life.server.subscribed.length]).toEqual([2, 3, 2]);
    life.server.publish(inbox.replace("*", "1"), "late");
    await life.run(1000);
    expect(new TextDecoder().decode((await answer).data)).toBe("late");
    expect(life.server.subscribed).toHaveLength(1);
  });

  test.each([
    ["answered", 1, [4, 4, 4]],
    ["stopped", 0, Array(3).fill("stopped before slow had answered")],
  ])(
    "keeps one link for each request that waits until it is %s, and nothing comes twice",
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

  test("that follows another waits for a drain and then for a request no longer than for one of them", async () => {
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
    ["while the other link gets the subscriptions", "dial"],
    ["when the other link has taken over", "handover"],
  ])("takes no longer, nor the next one, where the clock is set back %s", async (_, after) => {
    life = await new Life({ drainTimeoutMs: 10_000 }).live();
    life.client.request("slow", "", { timeoutMs: 20 * MINUTE_MS }).catch(() => {});
    const setBack = () => {
      life.timers.setBackMs = HOUR_MS;
    };
    life.client.timeline.onEntry(({ type }) => {
      // Five ways after its dial the first PONG has come, and the subscriptions are under way.
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
  ])("to a server that freezes %s fails, and is tried again", async (_, frames) => {
    const other = await movedToFrozen();
    for (const frame of frames) other.babble(frame);
    await life.run(15_000);
    expect(life.count("handover-failed")).toBe(1);
    expect([life.count("handover"), life.count("link-lost")]).toEqual([1, 0]);
  });

  test("over a link on which so much waits that its PONG is late is let finish", async () => {
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

test("a request may wait for as long as it likes, as every timer may", async () => {
  life = await new Life().live();
  const waits = (timeoutMs: number) => {
    const signal = AbortSignal.abort(new Error("enough"));
    return expect(life.client.request("a", "", { timeoutMs, signal })).rejects;
  };
  await waits(30 * DAY_MS).toThrow("enough");
  for (const timeoutMs of [0, -1, Number.NaN]) await waits(timeoutMs).toThrow("give milliseconds from 1 on");
});

describe("the timeline", () => {
  test("tells of what a refusal and a stop kept away as of two gaps, though both end together", async () => {
    life = await new Life().live();
    for (const subject of ["a", "b"]) life.client.subscribe(subject, () => {});
    await life.run(1000);
    life.server.denied.add("b");
    life.server.dropAll();
    await life.run(MINUTE_MS / 2);
    void life.client.stop();
    await life.run(1000);
    life.server.denied.clear();
    const before = life.client.timeline.entries.length;
    await life.live();
    const gaps = life.client.timeline.entries.slice(before).filter(({ type }) => type === "gap");
    expect(gaps).toEqual([
      expect.objectContaining({ kind: "stop", subject: "a", subjects: 1 }),
      expect.objectContaining({ kind: "break", subject: "b", subjects: 1 }),
    ]);
  });
});
