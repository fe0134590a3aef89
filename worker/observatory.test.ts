import { createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test, vi } from "vitest";
import type { HealthStatus } from "../contract/health.ts";
import type { Observation } from "../contract/status.ts";
import type { Env } from "./env.ts";
import worker from "./index.ts";
import { History, uptimeOf } from "./observatory/history.ts";
import { observatoryOf, TTL_MS } from "./observatory.ts";

const { open, counted, nobody } = inject("servers");
const bindings = env as Env;

/** Connections that the real server has ever accepted. */
async function connectionsSoFar(): Promise<number> {
  const varz = (await (await fetch(`${counted.monitor}/varz`)).json()) as { total_connections: number };
  return varz.total_connections;
}

describe("one observation for everybody", () => {
  test("a flood makes one connection, and all are told the same", async () => {
    const before = await connectionsSoFar();
    const ask = () => observatoryOf(bindings, [counted.url]).observation([counted.url], TTL_MS);
    const ids = await Promise.all(Array.from({ length: 1000 }, async () => (await ask()).id));
    expect(new Set(ids).size).toBe(1);
    expect((await connectionsSoFar()) - before).toBe(1);
  });

  test("who wants a newer one gets it, and from then on everybody", async () => {
    const servers = [open, `ws://${nobody}`];
    const observatory = observatoryOf(bindings, servers);
    const first = await observatory.observation(servers, TTL_MS);
    const second = await observatory.observation(servers, 0);
    expect(second.id).not.toBe(first.id);
    expect((await observatory.observation(servers, TTL_MS)).id).toBe(second.id);
  });

  test("one of the future, from before the clock was set back, serves nobody", async () => {
    const servers = [`ws://${nobody}/clock`];
    const stub = observatoryOf(bindings, servers);
    await runInDurableObject(stub, async (observatory) => {
      const first = await observatory.observation(servers, TTL_MS);
      vi.spyOn(Date, "now").mockReturnValue(first.observedAtMs - 60_000);
      const second = await observatory.observation(servers, TTL_MS);
      expect(second.id).not.toBe(first.id);
      expect((await observatory.observation(servers, TTL_MS)).id).toBe(second.id);
    }).finally(() => vi.restoreAllMocks());
  });

  test("each observation is counted in the history", async () => {
    const servers = [`ws://${nobody}`];
    const observatory = observatoryOf(bindings, servers);
    await observatory.observation(servers, TTL_MS);
    await observatory.observation(servers, TTL_MS);
    const { minutes, hours } = await observatory.history();
    expect(minutes).toEqual([expect.objectContaining({ pass: 0, warn: 0, fail: 1, meanRoundTripMs: null })]);
    expect(hours).toHaveLength(1);
  });
});

describe("each minute, though nobody asks", () => {
  test("the cron trigger observes, and it counts", async () => {
    const settings = { ...bindings, NATS_URL: `ws://${nobody}/cron` };
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), settings);
    const { minutes } = await observatoryOf(bindings, [settings.NATS_URL]).history();
    expect(minutes).toEqual([expect.objectContaining({ pass: 0, warn: 0, fail: 1 })]);
  });

  test("a wrong environment has nothing to look at", async () => {
    const settings = { ...bindings, NATS_URL: "http://wrong" };
    await expect(worker.scheduled(createScheduledController(), settings)).resolves.toBeUndefined();
  });
});

describe("History", () => {
  const NOON_MS = Date.UTC(2026, 10, 24, 12);
  const MINUTE_MS = 60_000;
  const seen = (
    status: HealthStatus,
    observedAtMs: number,
    roundTripMs: number | null = null,
  ): Observation => ({
    id: "x",
    observedAtMs,
    durationMs: 1,
    status,
    servers: [
      { server: "ws://a", status, fault: null, durationMs: 1, httpStatus: 101, roundTripMs, phases: [] },
    ],
  });
  const inHistory = (name: string, work: (history: History) => void) =>
    runInDurableObject(observatoryOf(bindings, [name]), (_instance, { storage }) =>
      work(new History(storage.sql)),
    );

  test("counts by minute and by hour", async () => {
    await inHistory("ws://by-minute", (history) => {
      history.add(seen("pass", NOON_MS, 2));
      history.add(seen("warn", NOON_MS + 59_999, 4));
      history.add(seen("fail", NOON_MS + MINUTE_MS));
      expect(history.buckets("minute")).toEqual([
        { startMs: NOON_MS, pass: 1, warn: 1, fail: 0, meanRoundTripMs: 3 },
        { startMs: NOON_MS + MINUTE_MS, pass: 0, warn: 0, fail: 1, meanRoundTripMs: null },
      ]);
      expect(history.buckets("hour")).toEqual([
        { startMs: NOON_MS, pass: 1, warn: 1, fail: 1, meanRoundTripMs: 3 },
      ]);
      expect(uptimeOf(history.buckets("minute"))).toBeCloseTo(2 / 3);
    });
  });

  test("keeps minutes for a day and hours for 90 days", async () => {
    await inHistory("ws://kept", (history) => {
      const dayMs = 24 * 60 * MINUTE_MS;
      history.add(seen("pass", NOON_MS));
      history.add(seen("pass", NOON_MS + dayMs + MINUTE_MS));
      expect(history.buckets("minute")).toHaveLength(1);
      expect(history.buckets("hour")).toHaveLength(2);
      history.add(seen("pass", NOON_MS + 91 * dayMs));
      expect(history.buckets("hour")).toHaveLength(2);
    });
  });

  test("an empty history claims no uptime", () => {
    expect(uptimeOf([])).toBeNull();
  });
});
