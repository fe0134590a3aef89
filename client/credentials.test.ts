/** When the credentials source is called, over hours and days. */
import { afterEach, describe, expect, test } from "vitest";
import { VirtualServer } from "../test/chaos/virtual-server.ts";
import { VirtualSocket } from "../test/chaos/virtual-socket.ts";
import { DAY_MS, HOUR_MS, Life, MINUTE_MS } from "../test/support/clients/virtual-life.ts";
import { type Credentials, FaultError, fault } from "./index.ts";

let life: Life;
afterEach(() => life.end());

describe("credentials", () => {
  test("that last for months are fetched once, and not renewed before they are due", async () => {
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
      "an expiry of NaN",
      { type: "none", expiresAtMs: Number.NaN },
      "expiresAtMs is NaN: use epoch milliseconds",
    ],
    ["an expiry in epoch seconds", { type: "none", expiresAtMs: 4600 }, "expiresAtMs is 4600: use epoch"],
    ["a Date as expiry", { type: "none", expiresAtMs: new Date(2e6) }, "use epoch milliseconds"],
    ["nothing", undefined, "credentials.type is unknown: use one of none, userpass, token, jwt"],
    ["a string", "secret", "credentials.type is unknown"],
    ["a user without a type", { user: "u", pass: "secret" }, "credentials.type is unknown"],
    ["an unknown type", { type: "basic", pass: "secret" }, "credentials.type is unknown"],
    ["no password", { type: "userpass", user: "secret" }, "credentials.pass must be of type string"],
    ["a number for a token", { type: "token", token: 5 }, "credentials.token must be of type string"],
    ["a wrong inbox prefix", { type: "jwt", jwt: "j", inboxPrefix: "a b" }, 'inboxPrefix "a b" is'],
  ])(
    "that are or have %s are a fault of the source, which is called seldom, and no anonymous login follows",
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
    "are renewed in time if their source asks for a pause of %i ms",
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

  test("that are reused for another link aren't renewed before the end of the pause that their source asked for", async () => {
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

  test("that were fetched for a renewal are reused when the renewal is retried", async () => {
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

  test("are fetched by one call at a time, even if the link is lost during a renewal and the user dials at once", async () => {
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

  test("aren't fetched by a dial that is aborted as it begins", async () => {
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

  test("that are still valid are reused for another link while their source fails", async () => {
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

test("a dial gets no more time if the clock is set back while credentials are fetched", async () => {
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

describe("an auth fault of an old link", () => {
  test("doesn't discard the newer credentials", async () => {
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
