import { directGetOf, heardSubject } from "../../contract/feed.ts";
import type { Observation, ObservedHistory } from "../../contract/status.ts";
import type { Env } from "../env.ts";
import { isRecent, observatoryOf, TTL_MS } from "../observatory.ts";
import { type Probing, visitorOf } from "../probe/visitor.ts";
import { observe } from "../probe.ts";
import { isWithin, SharedByKey } from "../shared.ts";

/** History changes slowly, and is much: it is asked for this often by a data centre, milliseconds. */
const HISTORY_MS = 60_000;

const observations = nearest<Observation>("observation", TTL_MS);
const histories = nearest<ObservedHistory & { readonly atMs: number }>("history", HISTORY_MS);

/** The observation of these servers, at most `maxAgeMs` old. */
export function sharedObservation(env: Env, probing: Probing, maxAgeMs: number): Promise<Observation> {
  const isGood = (one: Observation): boolean => isRecent(one, maxAgeMs);
  return observations(probing, isGood, async () => {
    try {
      return await observatoryOf(env, probing.servers).observation(probing, maxAgeMs);
    } catch (error) {
      // An observatory that can't answer keeps nobody from looking.
      console.error("observatory", (error as Error).message);
      return observe(probing.servers, await visitorOf(probing, []));
    }
  });
}

/** The history of these servers, at most a minute old; empty, and said to have holes, where it can't be had. */
export async function sharedHistory(env: Env, probing: Probing): Promise<ObservedHistory> {
  const isGood = ({ atMs }: { readonly atMs: number }): boolean => isWithin(HISTORY_MS, atMs);
  try {
    return await histories(probing, isGood, async () => {
      return { ...(await observatoryOf(env, probing.servers).history()), atMs: Date.now() };
    });
  } catch (error) {
    console.error("history", (error as Error).message);
    return { day: [], quarter: [], isHistoryComplete: false };
  }
}

/** Nobody's address: what is kept under it is never served to anybody by itself. */
const BASE = "https://mycelium.invalid/";

/**
 * One sort of value by what it was seen of: from this isolate, from the Cache API of this data centre, or asked for, in
 * this order, so that a million pages that ask at once are few questions. A cache that fails costs a question more.
 */
function nearest<T>(sort: string, keptMs: number) {
  const here = new SharedByKey<T>();
  return (probing: Probing, isGood: (value: T) => boolean, ask: () => Promise<T>): Promise<T> => {
    const key = keyOf(probing);
    return here.of(key).get(isGood, async () => {
      const address = BASE + encodeURIComponent(`${sort} ${key}`);
      const kept = await unlessItFails(async () => (await caches.default.match(address))?.json<T>());
      if (kept !== undefined && isGood(kept)) return kept;
      const asked = await ask();
      const headers = { "Cache-Control": `public, max-age=${keptMs / 1000}` };
      await unlessItFails(() => caches.default.put(address, Response.json(asked, { headers })));
      return asked;
    });
  };
}

async function unlessItFails<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** What makes two observations differ, without a secret. */
function keyOf({ servers, feeds, auth, publicUrl }: Probing): string {
  return JSON.stringify([servers, feeds.map(heardSubject), feeds.map(directGetOf), auth.mode, publicUrl]);
}
