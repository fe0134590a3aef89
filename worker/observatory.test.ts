import { createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test, vi } from "vitest";
import type { HealthStatus } from "../contract/health.ts";
import type { Observation } from "../contract/status.ts";
import { type Config, readConfig } from "./config.ts";
import type { Env } from "./env.ts";
import { healthOf } from "./faces/health.ts";
import { metricsOf } from "./faces/metrics.ts";
import { uptimeOf } from "./faces/status.ts";
import worker from "./index.ts";
import { confirmed } from "./observatory/confirm.ts";
import { History } from "./observatory/history.ts";
import { sharedHistory, sharedObservation } from "./observatory/share.ts";
import { FRESH_MS, type Observatory, observatoryOf, type Probing, TTL_MS } from "./observatory.ts";
import { SHAKY_SERVERS } from "./testing.ts";

const { open, counted, nobody, strange } = inject("servers");
const bindings: Env = env;

const probing = (...servers: string[]): Probing => ({
  servers,
  feeds: [],
  explore: [],
  auth: { mode: "none" },
  publicUrl: null,
});
const observatory = (...servers: string[]) => {
  const asked = probing(...servers);
  const stub = observatoryOf(bindings, servers);
  return {
    stub,
    observation: (maxAgeMs: number) => stub.observation(asked, maxAgeMs),
    history: () => stub.history(),
  };
};

/** Connections that the real server has ever accepted. */
async function connectionsSoFar(): Promise<number> {
  const varz = (await (await fetch(`${counted.monitor}/varz`)).json()) as { total_connections: number };
  return varz.total_connections;
}

describe("one observation for everybody", () => {
  test("a flood makes one connection, and all are told the same", async () => {
    const before = await connectionsSoFar();
    const ask = () => observatory(counted.url).observation(TTL_MS);
    const ids = await Promise.all(Array.from({ length: 1000 }, async () => (await ask()).id));
    expect(new Set(ids).size).toBe(1);
    expect((await connectionsSoFar()) - before).toBe(1);
  });

  test("who wants a newer one gets it, and from then on everybody", async () => {
    const { observation } = observatory(open, `ws://${nobody}`);
    const first = await observation(TTL_MS);
    const second = await observation(0);
    expect(second.id).not.toBe(first.id);
    expect((await observation(TTL_MS)).id).toBe(second.id);
  });

  test("one of the future, from before the clock was set back, serves nobody", async () => {
    const server = `ws://${nobody}/clock`;
    await runInDurableObject(observatory(server).stub, async (object) => {
      const ask = () => object.observation(probing(server), TTL_MS);
      const first = await ask();
      vi.spyOn(Date, "now").mockReturnValue(first.observedAtMs - 60_000);
      const second = await ask();
      expect(second.id).not.toBe(first.id);
      expect((await ask()).id).toBe(second.id);
    }).finally(() => vi.restoreAllMocks());
  });

  test("each observation is counted in the history", async () => {
    const { observation, history } = observatory(`ws://${nobody}/counted`);
    await observation(TTL_MS);
    await observation(TTL_MS);
    const { day, quarter, isHistoryComplete } = await history();
    expect(day).toEqual([expect.objectContaining({ pass: 0, warn: 0, fail: 1, meanRoundTripMs: null })]);
    expect(quarter).toHaveLength(1);
    expect(isHistoryComplete).toBe(true);
  });
});

describe("what a data centre shares", () => {
  /** The bindings, with what counts how often the object is asked. */
  function counting(real = bindings): { readonly bindings: Env; readonly asked: string[] } {
    const asked: string[] = [];
    const namespace = {
      idFromName: (name: string) => real.OBSERVATORY.idFromName(name),
      get: (id: DurableObjectId) => {
        const stub = real.OBSERVATORY.get(id);
        return {
          observation: (...args: Parameters<Observatory["observation"]>) => {
            asked.push("observation");
            return stub.observation(...args);
          },
          history: () => {
            asked.push("history");
            return stub.history();
          },
        };
      },
    };
    return { bindings: { ...real, OBSERVATORY: namespace as unknown as Env["OBSERVATORY"] }, asked };
  }

  test("1,000 pages that ask at once after a loss are few questions to the object, and one probe", async () => {
    const before = await connectionsSoFar();
    const { bindings: counted_, asked } = counting();
    const lost = probing(`${counted.url}/loss`);
    const seen = await Promise.all(
      Array.from({ length: 1000 }, () => sharedObservation(counted_, lost, FRESH_MS)),
    );
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    expect(asked.length).toBeLessThanOrEqual(10);
    expect((await connectionsSoFar()) - before).toBe(1);
  });

  test("the same when the probe takes as long as it may", { timeout: 30_000 }, async () => {
    const { bindings: counted_, asked } = counting();
    const lost = probing(`ws://${strange["accepts and says nothing"]}/loss`);
    const seen = await Promise.all(
      Array.from({ length: 300 }, () => sharedObservation(counted_, lost, FRESH_MS)),
    );
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    expect(asked.length).toBeLessThanOrEqual(10);
  });

  test.each([
    [
      "throws",
      { match: () => Promise.reject(new Error("no cache")), put: () => Promise.reject(new Error("no")) },
    ],
    ["keeps nothing", { match: async () => undefined, put: async () => undefined }],
    ["isn't there", undefined],
  ])("a cache that %s costs no more than questions", async (name, cache) => {
    vi.spyOn(caches, "default", "get").mockReturnValue(cache as unknown as Cache);
    const asked = probing(`ws://${nobody}/cache-${encodeURIComponent(name)}`);
    const first = await sharedObservation(bindings, asked, TTL_MS);
    expect((await sharedObservation(bindings, asked, TTL_MS)).id).toBe(first.id);
    expect((await sharedHistory(bindings, asked)).isHistoryComplete).toBe(true);
    vi.restoreAllMocks();
  });

  test("an object that fails keeps nobody from looking, and its history has holes", async () => {
    const broken = {
      idFromName: () => ({}),
      get: () => ({
        observation: () => Promise.reject(new Error("SQLITE_FULL")),
        history: () => Promise.reject(new Error("SQLITE_FULL")),
      }),
    };
    const without = { ...bindings, OBSERVATORY: broken as unknown as Env["OBSERVATORY"] };
    const asked = probing(`${open}/broken`);
    expect(await sharedObservation(without, asked, TTL_MS)).toMatchObject({ status: "pass" });
    expect(await sharedHistory(without, asked)).toEqual({ day: [], quarter: [], isHistoryComplete: false });
  });
});

describe("what the credentials must not allow", () => {
  const { url, account, scopedSeed, publishingSeed } = inject("servers").operator;
  const elsewhere = { id: "o", title: "O", subject: "orders.>" };
  const scoped = (seed: string) => ({
    AUTH_MODE: "jwt",
    NATS_ACCOUNT: account,
    NATS_SIGNING_KEY: seed,
    NATS_KEY_SCOPED: "true",
  });

  /** What two looks, one at once after the other, say of each server: whether it was tried, and with what success. */
  async function lookTwice(name: string, settings: object) {
    const { config } = readConfig({ NATS_URL: url, FEEDS: ["llm"], ...settings }) as { config: Config };
    return runInDurableObject(observatory(`${url}/${name}`).stub, async (object) => {
      const looks = [];
      for (let look = 0; look < 2; look += 1) {
        const { status, servers } = await object.observation(config, -1);
        looks.push({ status, mayPublish: servers.map(({ mayPublish }) => mayPublish), servers });
      }
      return looks;
    });
  }
  const [untried, denied, allowed] = [undefined, false, true];

  test.each([
    ["a server where all is well", scoped(scopedSeed), [[denied], [untried]]],
    [
      "one where a feed can't be read",
      { ...scoped(scopedSeed), FEEDS: ["llm", elsewhere] },
      [[denied], [untried]],
    ],
    ["one that allows it", scoped(publishingSeed), [[allowed], [allowed]]],
    [
      "one of two, and the other as long as it is down",
      { ...scoped(scopedSeed), NATS_URL: `${url},ws://${nobody}` },
      [
        [denied, untried],
        [untried, untried],
      ],
    ],
    [
      "one that https pages can't use",
      {
        ...scoped(scopedSeed),
        NATS_URL: url.replace("127.0.0.1", "0.0.0.0"),
        PUBLIC_URL: "https://a.example",
      },
      [[denied], [untried]],
    ],
  ])("is tried once in six hours, unless it is allowed, at %s", async (name, settings, expected) => {
    const looks = await lookTwice(name, settings);
    expect(looks.map(({ mayPublish }) => mayPublish)).toEqual(expected);
  });

  test("is tried on where a server that was down comes back, whatever another has denied", async () => {
    const late = `${url}/late`;
    const both = { ...scoped(scopedSeed), NATS_URL: `${url},${late}` };
    const { config } = readConfig({ FEEDS: ["llm"], ...both }) as { config: Config };
    await runInDurableObject(observatory(`${url}/comes-back`).stub, async (object) => {
      const down = { ...config, servers: [url, `ws://${nobody}`] };
      const look = async (probing: Probing) =>
        (await object.observation(probing, -1)).servers.map(({ mayPublish }) => mayPublish);
      expect(await look(down)).toEqual([denied, untried]);
      expect(await look(config)).toEqual([untried, denied]);
      expect(await look(config)).toEqual([untried, untried]);
    });
  });

  test("isn't forgotten where no page is let in, though that is what its pages must hear", async () => {
    const looks = await lookTwice("refuses-pages", {
      NATS_URL: inject("servers").otherOrigin,
      PUBLIC_URL: "https://page.example",
      AUTH_MODE: "userpass",
      NATS_USER: "u",
      NATS_PASSWORD: "p",
      AUTH_GATE: "passphrase",
      PASSPHRASE: "correct horse battery",
    });
    expect(looks.map(({ mayPublish }) => mayPublish)).toEqual([[allowed], [allowed]]);
    expect(looks.map(({ servers }) => servers[0]?.fault?.explanation)).toEqual([
      "origin-refused",
      "origin-refused",
    ]);
  });
});

describe("each minute, though nobody asks", () => {
  test("the cron trigger observes, and it counts", async () => {
    const settings = { ...bindings, NATS_URL: `ws://${nobody}/cron` };
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), settings);
    const { day } = await observatoryOf(bindings, [settings.NATS_URL]).history();
    expect(day).toEqual([expect.objectContaining({ pass: 0, warn: 0, fail: 1 })]);
  });

  test("a wrong environment has nothing to look at", async () => {
    const settings = { ...bindings, NATS_URL: "http://wrong" };
    await expect(worker.scheduled(createScheduledController(), settings)).resolves.toBeUndefined();
  });
});

const NOON_MS = Date.UTC(2026, 10, 24, 12);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const seen = (
  status: HealthStatus,
  observedAtMs = NOON_MS,
  roundTripMs: number | null = null,
  kind: "timeout" | "refused" = "timeout",
): Observation => {
  const words = { confidence: "likely", explanation: kind, sentence: "s", fix: "f" } as const;
  const fault = status === "fail" ? { kind, ...words } : null;
  const server = { server: "ws://a", status, fault, durationMs: 1, httpStatus: 101, roundTripMs, phases: [] };
  return { id: "x", observedAtMs, durationMs: 1, status, isConfirmed: true, servers: [server] };
};

describe("a failure", () => {
  const [nowhere, here] = [[], ["ws://a"]];

  test("that is the first after a success is a warning that isn't sure, and the second is a failure", () => {
    expect(confirmed(seen("fail"), nowhere)).toMatchObject({
      status: "warn",
      isConfirmed: false,
      servers: [{ status: "warn", fault: { kind: "timeout", confidence: "possible" } }],
    });
    expect(confirmed(seen("fail"), here)).toEqual(seen("fail"));
  });

  test("that isn't sure is none in metrics, which say what /readyz says, and no answer either", () => {
    const doubted = confirmed(seen("fail"), nowhere);
    expect(metricsOf(doubted)).toContain('\nprobe_success{server="ws://a"} 1\n');
    expect(metricsOf(seen("fail"))).toContain('\nprobe_success{server="ws://a"} 0\n');
    expect(healthOf(doubted, { isVerbose: false }).checks?.["nats:responseTime"]).toEqual([]);
  });

  test("is one at once where nothing answers, and where the first look of all is sure of it", () => {
    const refused = seen("fail", NOON_MS, null, "refused");
    expect(confirmed(refused, nowhere)).toEqual(refused);
    expect(confirmed(refused, null)).toEqual(refused);
    expect(confirmed(seen("fail"), null)).toMatchObject({ status: "warn", isConfirmed: false });
    const sure = seen("fail");
    const [server] = sure.servers;
    if (!server?.fault) throw new Error("there is no fault");
    const certain = {
      ...sure,
      servers: [{ ...server, fault: { ...server.fault, confidence: "certain" } }],
    } as Observation;
    expect(confirmed(certain, null)).toEqual(certain);
    expect(confirmed(certain, nowhere)).toMatchObject({ status: "warn" });
  });

  test.each([
    ["one where nobody is", "refused", []],
    ["one that failed before", "timeout", ["ws://b"]],
  ] as const)("that is new at one server makes no warning of %s", (_name, kind, failedBefore) => {
    const other = seen("fail", NOON_MS, null, kind).servers.map((server) => ({ ...server, server: "ws://b" }));
    const both = { ...seen("fail"), servers: [...seen("fail").servers, ...other] };
    expect(confirmed(both, failedBefore)).toMatchObject({
      status: "warn",
      isConfirmed: false,
      servers: [{ status: "warn", fault: { confidence: "possible" } }, other[0]],
    });
  });

  test.each(["pass", "warn"] as const)("is not what %s is", (status) => {
    for (const before of [nowhere, here, null])
      expect(confirmed(seen(status), before)).toEqual(seen(status));
  });

  test.concurrent("of a server that is late once is none; of one that stays silent it is one with the second look", async () => {
    const server = `ws://${strange["is silent from the second connection on"]}`;
    const { observation } = observatory(server);
    const statuses = [];
    for (let look = 0; look < 3; look += 1) statuses.push((await observation(0)).status);
    expect(statuses).toEqual(["pass", "warn", "fail"]);
  });

  test.concurrent.each(SHAKY_SERVERS)(
    "never comes of a server that %s, in ten minutes of looks",
    async (name) => {
      const { observation } = observatory(`ws://${strange[name]}`);
      const statuses = new Set<HealthStatus>();
      for (let look = 0; look < 120; look += 1) statuses.add((await observation(0)).status);
      expect([...statuses]).not.toContain("fail");
      expect([...statuses]).toContain("pass");
    },
  );
});

describe("History", () => {
  const inHistory = (name: string, work: (history: History) => void) =>
    runInDurableObject(observatoryOf(bindings, [name]), (_instance, { storage }) =>
      work(new History(storage.sql)),
    );

  test("counts by minute and by hour, and is told by ten minutes and by day", async () => {
    await inHistory("ws://by-minute", (history) => {
      history.add(seen("pass", NOON_MS, 2));
      history.add(seen("warn", NOON_MS + MINUTE_MS, 4));
      history.add(seen("fail", NOON_MS + 10 * MINUTE_MS));
      const nowMs = NOON_MS + 11 * MINUTE_MS;
      expect(history.buckets("day", nowMs)).toEqual([
        { startMs: NOON_MS, pass: 1, warn: 1, fail: 0, meanRoundTripMs: 3 },
        { startMs: NOON_MS + 10 * MINUTE_MS, pass: 0, warn: 0, fail: 1, meanRoundTripMs: null },
      ]);
      expect(history.buckets("quarter", nowMs)).toEqual([
        { startMs: NOON_MS - DAY_MS / 2, pass: 1, warn: 1, fail: 1, meanRoundTripMs: 3 },
      ]);
      expect(uptimeOf(history.buckets("day", nowMs))).toBeCloseTo(2 / 3);
    });
  });

  test("a minute counts as one, however often visitors have it looked", async () => {
    await inHistory("ws://often", (history) => {
      for (let minute = 0; minute < 23 * 60; minute += 1)
        history.add(seen("pass", NOON_MS + minute * MINUTE_MS));
      const downMs = NOON_MS + 23 * 60 * MINUTE_MS;
      for (let second = 0; second < 3600; second += 1) history.add(seen("fail", downMs + second * 1000));
      const nowMs = downMs + 60 * MINUTE_MS - 1;
      for (const span of ["day", "quarter"] as const) {
        expect(uptimeOf(history.buckets(span, nowMs))).toBeCloseTo(23 / 24, 5);
      }
    });
  });

  test("a minute is shared among what was seen in it", async () => {
    await inHistory("ws://shared-minute", (history) => {
      for (const status of ["pass", "fail", "fail", "warn"] as const)
        history.add(seen(status, NOON_MS + 1000));
      for (const span of ["day", "quarter"] as const) {
        expect(history.buckets(span, NOON_MS + 2000)).toMatchObject([{ pass: 0.25, warn: 0.25, fail: 0.5 }]);
      }
    });
  });

  test("keeps a day and 90 days, and tells no more of them", async () => {
    await inHistory("ws://kept", (history) => {
      history.add(seen("pass", NOON_MS));
      const nextMs = NOON_MS + DAY_MS + MINUTE_MS;
      history.add(seen("pass", nextMs));
      expect(history.buckets("day", nextMs)).toHaveLength(1);
      expect(history.buckets("quarter", nextMs)).toHaveLength(2);
      const laterMs = NOON_MS + 91 * DAY_MS;
      history.add(seen("pass", laterMs));
      expect(history.buckets("quarter", laterMs)).toHaveLength(2);
    });
  });

  test("forgets what is more than it keeps", async () => {
    await inHistory("ws://forgets", (history) => {
      const hours = 90 * 24 + 50;
      for (let hour = 0; hour < hours; hour += 1) history.add(seen("pass", NOON_MS + hour * 60 * MINUTE_MS));
      const buckets = history.buckets("quarter", NOON_MS + hours * 60 * MINUTE_MS);
      expect(buckets.reduce((sum, { pass }) => sum + pass, 0)).toBeLessThanOrEqual(90 * 24 + 1);
      expect(buckets.length).toBeGreaterThanOrEqual(90);
    });
  });

  test("a clock that jumps ahead and comes back deletes nothing", async () => {
    await inHistory("ws://jumps", (history) => {
      for (let minute = 0; minute < 60; minute += 1) history.add(seen("pass", NOON_MS + minute * MINUTE_MS));
      history.add(seen("pass", NOON_MS + 200 * DAY_MS));
      history.add(seen("pass", NOON_MS + 201 * DAY_MS));
      history.add(seen("pass", NOON_MS + 61 * MINUTE_MS));
      const buckets = history.buckets("day", NOON_MS + 62 * MINUTE_MS);
      expect(buckets.reduce((sum, { pass }) => sum + pass, 0)).toBe(61);
    });
  });

  test("is written about once a minute, however often it is looked", async () => {
    await runInDurableObject(observatoryOf(bindings, ["ws://rarely"]), (_instance, { storage }) => {
      const history = new History(storage.sql);
      const exec = vi.spyOn(storage.sql, "exec");
      for (let second = 0; second < 600; second += 5) history.add(seen("pass", NOON_MS + second * 1000));
      const inserts = exec.mock.calls.filter(([text]) => text.startsWith("INSERT"));
      expect(inserts.length).toBeLessThanOrEqual(2 * 2 * 11);
      expect(history.buckets("day", NOON_MS + 600_000)).toMatchObject([{ pass: 10, warn: 0, fail: 0 }]);
      vi.restoreAllMocks();
    });
  });

  test.each([
    [
      "is full",
      (storage: DurableObjectStorage) => {
        const { exec } = storage.sql;
        vi.spyOn(storage.sql, "exec").mockImplementation(((text: string, ...values: never[]) => {
          if (text.startsWith("INSERT")) throw new Error("database or disk is full: SQLITE_FULL");
          return exec.call(storage.sql, text, ...values);
        }) as never);
      },
    ],
    [
      "has a column less",
      (storage: DurableObjectStorage) => {
        storage.sql.exec("ALTER TABLE history_3 DROP COLUMN roundTrips");
      },
    ],
    [
      "has lost its table",
      (storage: DurableObjectStorage) => {
        storage.sql.exec("DROP TABLE history_3");
      },
    ],
  ])("a store that %s is a hole, and fails nobody", async (name, spoil) => {
    await runInDurableObject(observatoryOf(bindings, [`ws://spoilt/${name}`]), (_instance, { storage }) => {
      const history = new History(storage.sql);
      spoil(storage);
      history.add(seen("pass", NOON_MS));
      expect(() => history.buckets("day", NOON_MS + 1000)).not.toThrow();
      expect(history.isComplete).toBe(false);
      vi.restoreAllMocks();
    });
  });

  test("a column more is none of its business", async () => {
    await runInDurableObject(observatoryOf(bindings, ["ws://wider"]), (_instance, { storage }) => {
      const history = new History(storage.sql);
      storage.sql.exec("ALTER TABLE history_3 ADD COLUMN later TEXT");
      history.add(seen("pass", NOON_MS));
      expect(history.buckets("day", NOON_MS + 1000)).toHaveLength(1);
      expect(history.isComplete).toBe(true);
    });
  });

  test("an empty history claims no uptime", () => {
    expect(uptimeOf([])).toBeNull();
  });
});
