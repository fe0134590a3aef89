import { DurableObject } from "cloudflare:workers";
import type { Observation, ObservedHistory } from "../contract/status.ts";
import type { Auth } from "./config/auth.ts";
import type { Env } from "./env.ts";
import { confirm } from "./observatory/confirm.ts";
import { History } from "./observatory/history.ts";
import { type ProbeConfig, probePlan } from "./probe/plan.ts";
import { observe } from "./probe.ts";
import { isWithin } from "./shared.ts";

/** How old an observation may be, in milliseconds. */
export const TTL_MS = 5000;

/** How old a fresh observation may be, in milliseconds. No flood of requests causes more than one probe in this time. */
export const FRESH_MS = 1000;

/** How often to test at each server that publishing is denied, in milliseconds: nats-server logs each attempt. */
const TRY_TO_PUBLISH_EVERY_MS = 6 * 60 * 60 * 1000;

/** What one probe passes on to the next; stored, because an idle object is evicted after seconds. */
interface Memory {
  /** The servers that failed; null before the first probe. */
  readonly failed: readonly string[] | null;
  /** When publishing was denied, by credentials and server, in epoch milliseconds. */
  readonly denied: Readonly<Record<string, number>>;
}
/** The storage key; if `Memory` changes, choose a new key. */
const MEMORY = "memory_2";

/** Whether an observation is recent enough. One from the future was made before the clock was set back, and is not. */
export function isRecent({ observedAtMs, isConfirmed }: Observation, maxAgeMs: number): boolean {
  const ageMs = Date.now() - observedAtMs;
  // An unconfirmed failure is probed again soon.
  return ageMs >= 0 && ageMs <= (isConfirmed ? maxAgeMs : Math.min(maxAgeMs, FRESH_MS));
}

/**
 * Holds the current observation of one set of servers, which every health answer shows, and its history. A Durable
 * Object, because Workers share nothing else between data centres.
 */
export class Observatory extends DurableObject {
  readonly #history = new History(this.ctx.storage.sql);
  #latest: Observation | null = null;
  #inFlight: Promise<Observation> | null = null;
  #memory: Memory | null = null;

  /** An observation at most `maxAgeMs` old; concurrent calls share one probe. */
  async observation(config: ProbeConfig, maxAgeMs: number): Promise<Observation> {
    const latest = this.#latest;
    if (latest !== null && isRecent(latest, maxAgeMs)) return latest;
    if (this.#inFlight === null) {
      this.#inFlight = this.#probe(config).finally(() => {
        this.#inFlight = null;
      });
      // The first caller may disconnect; the others must still get their answer.
      this.ctx.waitUntil(this.#inFlight);
    }
    return this.#inFlight;
  }

  /** The observations so far. */
  history(): ObservedHistory {
    const nowMs = Date.now();
    const [day, quarter] = [this.#history.buckets("day", nowMs), this.#history.buckets("quarter", nowMs)];
    return { day, quarter, isHistoryComplete: this.#history.isComplete };
  }

  async #probe(config: ProbeConfig): Promise<Observation> {
    const { servers, auth } = config;
    const { failed, denied: deniedBefore } = this.#loadMemory();
    const denied = recentOf(deniedBefore);
    const credentials = await credentialsId(auth);
    const denialKey = (server: string): string => `${credentials} ${server}`;
    const publishTestServers =
      credentials === null ? [] : servers.filter((one) => !(denialKey(one) in denied));
    const observed = await observe(servers, await probePlan(config, publishTestServers));
    // Only the answer to the attempt itself counts, whatever else is wrong with this server or another.
    for (const { componentId: server, mayPublish } of observed.servers) {
      if (mayPublish === false) denied[denialKey(server)] = Date.now();
    }
    const failing = observed.servers
      .filter(({ status }) => status === "fail")
      .map(({ componentId }) => componentId);
    this.#saveMemory({ failed: failing, denied });
    this.#latest = confirm(observed, failed);
    this.#history.add(this.#latest);
    return this.#latest;
  }

  #loadMemory(): Memory {
    try {
      this.#memory ??= this.ctx.storage.kv.get<Memory>(MEMORY) ?? null;
    } catch {
      // The object still has its own `#memory`.
    }
    return this.#memory ?? { failed: null, denied: {} };
  }

  /** Writes only changes, not every probe. */
  #saveMemory(memory: Memory): void {
    const isSame = JSON.stringify(memory) === JSON.stringify(this.#memory);
    this.#memory = memory;
    if (isSame) return;
    try {
      this.ctx.storage.kv.put(MEMORY, memory);
    } catch {
      // The object keeps `#memory`.
    }
  }
}

/** The denials that are too recent to try again. */
function recentOf(denied: Memory["denied"]): Record<string, number> {
  const recent = Object.entries(denied).filter(([, atMs]) => isWithin(TRY_TO_PUBLISH_EVERY_MS, atMs));
  return Object.fromEntries(recent);
}

/** Identifies credentials whose permissions the worker doesn't set; null without credentials, or if it does set them. */
async function credentialsId(auth: Auth): Promise<string | null> {
  if (auth.mode === "none" || (auth.mode === "jwt" && !auth.isScoped)) return null;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(auth)));
  return [...new Uint8Array(hash, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The Durable Object of a set of servers; each set has its own history. */
export function observatoryOf({ OBSERVATORY }: Pick<Env, "OBSERVATORY">, servers: readonly string[]) {
  return OBSERVATORY.get(OBSERVATORY.idFromName(servers.join(",")));
}
