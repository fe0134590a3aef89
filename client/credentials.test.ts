/** How the source of credentials is asked, over hours and days. */
import { afterEach, describe, expect, test } from "vitest";
import { VirtualServer } from "../test/chaos/virtual-server.ts";
import { VirtualSocket } from "../test/chaos/virtual-socket.ts";
import { DAY_MS, HOUR_MS, Life, MINUTE_MS } from "../test/support/clients/virtual-life.ts";
import { type Credentials, FaultError, fault } from "./index.ts";

let life: Life;
afterEach(() => life.end());

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

  test.each<[string, unknown, string]>([
    [
      "no time for an end",
      { type: "none", expiresAtMs: Number.NaN },
      "expiresAtMs is NaN: use epoch milliseconds",
    ],
    ["epoch seconds for an end", { type: "none", expiresAtMs: 4600 }, "expiresAtMs is 4600: use epoch"],
    ["a Date for an end", { type: "none", expiresAtMs: new Date(2e6) }, "use epoch milliseconds"],
    ["nothing", undefined, "credentials.type is unknown: use one of none, userpass, token, jwt"],
    ["text", "secret", "credentials.type is unknown"],
    ["a user without a type", { user: "u", pass: "secret" }, "credentials.type is unknown"],
    ["another type", { type: "basic", pass: "secret" }, "credentials.type is unknown"],
    ["no password", { type: "userpass", user: "secret" }, "credentials.pass must be of type string"],
    ["a number for a token", { type: "token", token: 5 }, "credentials.token must be of type string"],
    [
      "a place for answers that is none",
      { type: "jwt", jwt: "j", inboxPrefix: "a b" },
      'inboxPrefix "a b" is',
    ],
  ])(
    "that are or have %s are a fault of their source, seldom asked, and no login as nobody",
    async (_, given, detail) => {
      let asked = 0;
      const credentials = async () => {
        asked += 1;
        return given as Credentials;
      };
      life = new Life({ credentials });
      void life.client.start();
      await life.run(10_000);
      expect(life.client.state).toMatchObject({ fault: { kind: "token-source" } });
      expect(JSON.stringify(life.client.state)).not.toContain("secret");
      expect(JSON.stringify(life.client.state)).toContain(JSON.stringify(detail).slice(1, -1));
      expect([life.sockets, asked < 10]).toEqual([0, true]);
    },
  );

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
