import { directGetOf, heardSubject } from "../../contract/feed.ts";
import type { Observation, ObservedHistory } from "../../contract/status.ts";
import type { Env } from "../env.ts";
import { isRecent, observatoryOf, type Probing, TTL_MS } from "../observatory.ts";
import { visitorOf } from "../probe/visitor.ts";
import { observe } from "../probe.ts";
import { SharedByKey } from "../shared.ts";
import { edgeCache } from "./edge-cache.ts";

/** History changes slowly, and is much: it is asked for this often by a data centre, milliseconds. */
const HISTORY_MS = 60_000;

const observations = new SharedByKey<Observation>();
const histories = new SharedByKey<ObservedHistory & { readonly atMs: number }>();

/**
 * The observation of these servers, at most `maxAgeMs` old: from this isolate, from this data centre, or from the
 * Durable Object, in this order, so that a million pages that ask at once are few questions to it.
 */
export function sharedObservation(env: Env, probing: Probing, maxAgeMs: number): Promise<Observation> {
  const key = keyOf(probing);
  const isGood = (one: Observation): boolean => isRecent(one, maxAgeMs);
  return observations.of(key).get(isGood, async () => {
    const name = `observation ${key}`;
    const kept = (await edgeCache.get(name)) as Observation | undefined;
    if (kept !== undefined && isGood(kept)) return kept;
    const observation = await askObservatory(env, probing, maxAgeMs);
    await edgeCache.put(name, observation, TTL_MS / 1000);
    return observation;
  });
}

/** An observatory that can't answer keeps nobody from looking. */
async function askObservatory(env: Env, probing: Probing, maxAgeMs: number): Promise<Observation> {
  try {
    return await observatoryOf(env, probing.servers).observation(probing, maxAgeMs);
  } catch (error) {
    console.error("observatory", (error as Error).message);
    return observe(probing.servers, await visitorOf(probing, []));
  }
}

/** The history of these servers, at most a minute old; empty, and said to have holes, where it can't be had. */
export async function sharedHistory(env: Env, probing: Probing): Promise<ObservedHistory> {
  const key = keyOf(probing);
  const isGood = ({ atMs }: { readonly atMs: number }): boolean => Math.abs(Date.now() - atMs) < HISTORY_MS;
  try {
    return await histories.of(key).get(isGood, async () => {
      const name = `history ${key}`;
      const kept = (await edgeCache.get(name)) as (ObservedHistory & { atMs: number }) | undefined;
      if (kept !== undefined && isGood(kept)) return kept;
      const history = { ...(await observatoryOf(env, probing.servers).history()), atMs: Date.now() };
      await edgeCache.put(name, history, HISTORY_MS / 1000);
      return history;
    });
  } catch (error) {
    console.error("history", (error as Error).message);
    return { day: [], quarter: [], isHistoryComplete: false };
  }
}

/** What makes two observations differ, without a secret. */
function keyOf({ servers, feeds, auth, publicUrl }: Probing): string {
  return JSON.stringify([servers, feeds.map(heardSubject), feeds.map(directGetOf), auth.mode, publicUrl]);
}
