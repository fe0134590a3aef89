import { createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test, vi } from "vitest";
import type { HealthStatus } from "../contract/health.ts";
import type { Env } from "./env.ts";
import worker from "./index.ts";
import { sharedHistory, sharedObservation } from "./observatory/share.ts";
import { connectionsTo, probeConfig } from "./observatory/testing.ts";
import { FRESH_MS, Observatory, observatoryOf, TTL_MS } from "./observatory.ts";
import { strange } from "./probe/testing.ts";

const { open, counted, nobody, shaky } = inject("servers");
const bindings: Env = env;

const observatory = (...servers: string[]) => {
  const asked = probeConfig(...servers);
  const stub = observatoryOf(bindings, servers);
  return {
    stub,
    observation: (maxAgeMs: number) => stub.observation(asked, maxAgeMs),
    history: () => stub.history(),
  };
};

describe("one observation for all requests", () => {
  test("a flood causes one connection, and all answers are the same", async () => {
    const before = await connectionsTo(counted.monitor);
    const ask = () => observatory(counted.url).observation(TTL_MS);
    const ids = await Promise.all(Array.from({ length: 1000 }, async () => (await ask()).id));
    expect(new Set(ids).size).toBe(1);
    expect((await connectionsTo(counted.monitor)) - before).toBe(1);
  });

  test("a request for a fresh observation gets one, and so do later requests", async () => {
    const { observation } = observatory(open, `ws://${nobody}`);
    const first = await observation(TTL_MS);
    const second = await observation(0);
    expect(second.id).not.toBe(first.id);
    expect((await observation(TTL_MS)).id).toBe(second.id);
  });

  test("an observation from the future, after the clock was set back, isn't reused", async () => {
    const server = `ws://${nobody}/clock`;
    await runInDurableObject(observatory(server).stub, async (object) => {
      const ask = () => object.observation(probeConfig(server), TTL_MS);
      const first = await ask();
      vi.spyOn(Date, "now").mockReturnValue(first.observedAtMs - 60_000);
      const second = await ask();
      expect(second.id).not.toBe(first.id);
      expect((await ask()).id).toBe(second.id);
    }).finally(() => vi.restoreAllMocks());
  });

  test("unchanged memory isn't written again", async () => {
    const server = `${open}/kept-once`;
    const kept = await runInDurableObject(observatory(server).stub, async (object, { storage }) => {
      const put = vi.spyOn(storage.kv, "put");
      for (let look = 0; look < 5; look += 1) await object.observation(probeConfig(server), -1);
      return put.mock.calls.length;
    });
    expect(kept).toBe(1);
  });

  test("each observation is counted in the history", async () => {
    const { observation, history } = observatory(`ws://${nobody}/counted`);
    await observation(TTL_MS);
    await observation(TTL_MS);
    const { day, quarter, isHistoryComplete } = await history();
    expect(day).toEqual([expect.objectContaining({ pass: 0, warn: 0, fail: 1 })]);
    expect(quarter).toHaveLength(1);
    expect(isHistoryComplete).toBe(true);
  });
});

describe("what a data centre shares", () => {
  /** The bindings, with a count of the object's calls. */
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

  test("1,000 simultaneous requests cause few calls of the object and one probe", async () => {
    const before = await connectionsTo(counted.monitor);
    const { bindings: counted_, asked } = counting();
    const lost = probeConfig(`${counted.url}/loss`);
    const seen = await Promise.all(
      Array.from({ length: 1000 }, () => sharedObservation(counted_, lost, FRESH_MS)),
    );
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    expect(asked.length).toBeLessThanOrEqual(10);
    expect((await connectionsTo(counted.monitor)) - before).toBe(1);
  });

  test("the same if the probe takes as long as it may", { timeout: 30_000 }, async () => {
    const { bindings: counted_, asked } = counting();
    const lost = probeConfig(`${strange("accepts and says nothing")}/loss`);
    const seen = await Promise.all(
      Array.from({ length: 300 }, () => sharedObservation(counted_, lost, FRESH_MS)),
    );
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    expect(asked.length).toBeLessThanOrEqual(10);
  });

  test("the history is loaded once a minute, however many requests there are", async () => {
    const { bindings: counted_, asked } = counting();
    const looked = probeConfig(`ws://${nobody}/history-of-many`);
    const ask = () => sharedHistory(counted_, looked);
    await Promise.all(Array.from({ length: 200 }, ask));
    await ask();
    expect(asked).toEqual(["history"]);
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 61_000);
    await ask();
    vi.restoreAllMocks();
    expect(asked).toEqual(["history", "history"]);
  });

  test.each([
    [
      "throws",
      { match: () => Promise.reject(new Error("no cache")), put: () => Promise.reject(new Error("no")) },
    ],
    ["keeps nothing", { match: async () => undefined, put: async () => undefined }],
    ["isn't there", undefined],
  ])("a cache that %s only causes more calls", async (name, cache) => {
    vi.spyOn(caches, "default", "get").mockReturnValue(cache as unknown as Cache);
    const asked = probeConfig(`ws://${nobody}/cache-${encodeURIComponent(name)}`);
    const first = await sharedObservation(bindings, asked, TTL_MS);
    expect((await sharedObservation(bindings, asked, TTL_MS)).id).toBe(first.id);
    expect((await sharedHistory(bindings, asked)).isHistoryComplete).toBe(true);
    vi.restoreAllMocks();
  });

  test("if the object fails, the worker probes itself and reports an incomplete history", async () => {
    const broken = {
      idFromName: () => ({}),
      get: () => ({
        observation: () => Promise.reject(new Error("SQLITE_FULL")),
        history: () => Promise.reject(new Error("SQLITE_FULL")),
      }),
    };
    const without = { ...bindings, OBSERVATORY: broken as unknown as Env["OBSERVATORY"] };
    const asked = probeConfig(`${open}/broken`);
    expect(await sharedObservation(without, asked, TTL_MS)).toMatchObject({ status: "pass" });
    expect(await sharedHistory(without, asked)).toEqual({ day: [], quarter: [], isHistoryComplete: false });
  });
});

describe("each minute, without requests,", () => {
  test("the cron trigger probes and counts the observation", async () => {
    const settings = { ...bindings, NATS_URL: `ws://${nobody}/cron` };
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), settings);
    const { day } = await observatoryOf(bindings, [settings.NATS_URL]).history();
    expect(day).toEqual([expect.objectContaining({ pass: 0, warn: 0, fail: 1 })]);
  });

  test("an invalid environment is not probed", async () => {
    const settings = { ...bindings, NATS_URL: "http://wrong" };
    await expect(worker.scheduled(createScheduledController(), settings)).resolves.toBeUndefined();
  });
});

describe("a failure", () => {
  test.concurrent("of a server that is late once is none", async () => {
    const { observation } = observatory(strange("is 1.9 s late with the first connection"));
    const first = await observation(0);
    expect(first.status).not.toBe("fail");
    expect((await observation(0)).status).toBe("pass");
  });

  test.concurrent("that an object which was put away has seen once is one with the next one's look", async () => {
    const server = `${strange("opens and says nothing")}/put-away`;
    const statuses = await runInDurableObject(observatory(server).stub, async (object, state) => {
      const [first, next] = [object, new Observatory(state, env)];
      const looks = [];
      for (const one of [first, next]) looks.push((await one.observation(probeConfig(server), 0)).status);
      return looks;
    });
    expect(statuses).toEqual(["warn", "fail"]);
  });

  test.concurrent("is one with the second look also where nothing can be kept or read", async () => {
    const server = `${strange("opens and says nothing")}/no-store`;
    const statuses = await runInDurableObject(observatory(server).stub, async (object, { storage }) => {
      const broken = () => {
        throw new Error("SQLITE_FULL");
      };
      const spies = [vi.spyOn(storage.kv, "get"), vi.spyOn(storage.kv, "put")];
      for (const spy of spies) spy.mockImplementation(broken);
      const looks = [];
      for (let look = 0; look < 2; look += 1)
        looks.push((await object.observation(probeConfig(server), -1)).status);
      expect(spies.map((spy) => spy.mock.calls.length > 0)).toEqual([true, true]);
      return looks;
    });
    expect(statuses).toEqual(["warn", "fail"]);
  });

  test.concurrent("of a server that stays silent is one with the second look", async () => {
    const server = strange("is silent from the second connection on");
    const { observation } = observatory(server);
    const statuses = [];
    for (let look = 0; look < 3; look += 1) statuses.push((await observation(0)).status);
    expect(statuses).toEqual(["pass", "warn", "fail"]);
  });
});

test("an hour in which one connection of ten is reset has no failure, and one history", {
  timeout: 300_000,
}, async () => {
  const [startMs, hourMs] = [Math.floor(Date.now() / 60_000) * 60_000, 3_600_000];
  const clock = vi.spyOn(Date, "now").mockReturnValue(startMs);
  const looked = shaky.map((name) => observatory(strange(name)));
  const statuses = new Set<HealthStatus>();
  for (let atMs = 0; atMs < hourMs; atMs += TTL_MS + 1) {
    clock.mockReturnValue(startMs + atMs);
    const seen = await Promise.all(looked.map(({ observation }) => observation(TTL_MS)));
    for (const { status } of seen) statuses.add(status);
  }
  const histories = await Promise.all(looked.map(({ history }) => history()));
  vi.restoreAllMocks();
  expect([...statuses]).not.toContain("fail");
  for (const { day } of histories) {
    const minutes = (status: HealthStatus) => day.reduce((sum, bucket) => sum + bucket[status], 0);
    expect(minutes("fail")).toBe(0);
    expect(minutes("pass") + minutes("warn")).toBe(60);
    expect(minutes("pass")).toBeGreaterThan(55);
  }
});
