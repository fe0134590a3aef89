import { directGetSubject, subscribedSubject } from "../../contract/feed.ts";
import type { Observation, ObservedHistory } from "../../contract/status.ts";
import type { Env } from "../env.ts";
import { isRecent, observatoryOf, TTL_MS } from "../observatory.ts";
import { type ProbeConfig, probePlan } from "../probe/plan.ts";
import { observe } from "../probe.ts";
import { isWithin, SharedByKey } from "../shared.ts";

/** How old a data centre's copy of the history may be, in milliseconds: it is large and changes slowly. */
const HISTORY_MS = 60_000;

const observations = cached<Observation>("observation", TTL_MS);
const histories = cached<ObservedHistory & { readonly atMs: number }>("history", HISTORY_MS);

/** The observation of these servers, at most `maxAgeMs` old. */
export function sharedObservation(env: Env, config: ProbeConfig, maxAgeMs: number): Promise<Observation> {
  const isGood = (one: Observation): boolean => isRecent(one, maxAgeMs);
  return observations(config, isGood, async () => {
    try {
      return await observatoryOf(env, config.servers).observation(config, maxAgeMs);
    } catch (error) {
      // Without the Durable Object, probe from here.
      console.error("observatory", (error as Error).message);
      return observe(config.servers, await probePlan(config, []));
    }
  });
}

/** The history of these servers, at most a minute old; empty and incomplete if it can't be loaded. */
export async function sharedHistory(env: Env, config: ProbeConfig): Promise<ObservedHistory> {
  const isGood = ({ atMs }: { readonly atMs: number }): boolean => isWithin(HISTORY_MS, atMs);
  try {
    return await histories(config, isGood, async () => {
      return { ...(await observatoryOf(env, config.servers).history()), atMs: Date.now() };
    });
  } catch (error) {
    console.error("history", (error as Error).message);
    return { day: [], quarter: [], isHistoryComplete: false };
  }
}

/** Prefix of the cache keys: a host that nobody has, so that no request is answered from these entries. */
const BASE = "https://mycelium.invalid/";

/**
 * Caches a kind of value by configuration: in this isolate, then in this data centre's Cache API, so that a million pages
 * that ask at once cause few loads. A cache that fails only costs more loads.
 */
function cached<T>(kind: string, keptMs: number) {
  const isolate = new SharedByKey<T>();
  return (config: ProbeConfig, isGood: (value: T) => boolean, load: () => Promise<T>): Promise<T> => {
    const key = keyOf(config);
    return isolate.of(key).get(isGood, async () => {
      const address = BASE + encodeURIComponent(`${kind} ${key}`);
      const kept = await orUndefined(async () => (await caches.default.match(address))?.json<T>());
      if (kept !== undefined && isGood(kept)) return kept;
      const loaded = await load();
      const headers = { "Cache-Control": `public, max-age=${keptMs / 1000}` };
      await orUndefined(() => caches.default.put(address, Response.json(loaded, { headers })));
      return loaded;
    });
  };
}

async function orUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** The settings that make observations differ, without secrets. */
function keyOf({ servers, feeds, auth, publicUrl }: ProbeConfig): string {
  const subjects = feeds.map((feed) => [subscribedSubject(feed), directGetSubject(feed)]);
  return JSON.stringify([servers, subjects, auth.mode, publicUrl]);
}
