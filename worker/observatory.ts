import { DurableObject } from "cloudflare:workers";
import type { Observation, ObservedHistory } from "../contract/status.ts";
import type { Auth } from "./config/auth.ts";
import type { Env } from "./env.ts";
import { confirmed } from "./observatory/confirm.ts";
import { History } from "./observatory/history.ts";
import { type Probing, visitorOf } from "./probe/visitor.ts";
import { observe } from "./probe.ts";
import { isWithin } from "./shared.ts";

/** How old an observation may be for an ordinary question, milliseconds. */
export const TTL_MS = 5000;

/** How old for someone who asks for a fresh one: no flood makes more probes than one in this time, milliseconds. */
export const FRESH_MS = 1000;

/** How often a server is tried for what it must not allow, milliseconds: nats-server logs each attempt. */
const TRY_TO_PUBLISH_EVERY_MS = 6 * 60 * 60 * 1000;

/** What one look leaves for the next; kept, because an object that nobody asks for seconds is put away. */
interface Memory {
  /** The servers that failed; null before the first look. */
  readonly failed: readonly string[] | null;
  /** When a publication was denied, by credentials and server, epoch milliseconds. */
  readonly denied: Readonly<Record<string, number>>;
}
/** Another shape has another name. */
const MEMORY = "memory_2";

/** Whether an observation is recent enough; one of the future was made before the clock was set back. */
export function isRecent({ observedAtMs, isConfirmed }: Observation, maxAgeMs: number): boolean {
  // What was seen once is soon looked at again.
  const ageMs = Date.now() - observedAtMs;
  return ageMs >= 0 && ageMs <= (isConfirmed ? maxAgeMs : Math.min(maxAgeMs, FRESH_MS));
}

/**
 * Holds the one observation of one set of servers that every face shows, and its
 * history. A Durable Object, because Workers share nothing else between data centres.
 */
export class Observatory extends DurableObject {
  readonly #history = new History(this.ctx.storage.sql);
  #latest: Observation | null = null;
  #inFlight: Promise<Observation> | null = null;
  #memory: Memory | null = null;

  /** An observation that is at most `maxAgeMs` old; whoever asks meanwhile shares the probe that runs. */
  async observation(probing: Probing, maxAgeMs: number): Promise<Observation> {
    const latest = this.#latest;
    if (latest !== null && isRecent(latest, maxAgeMs)) return latest;
    if (this.#inFlight === null) {
      this.#inFlight = this.#look(probing).finally(() => {
        this.#inFlight = null;
      });
      // Whoever asked may hang up; those who share the probe must not notice.
      this.ctx.waitUntil(this.#inFlight);
    }
    return this.#inFlight;
  }

  /** What was observed so far. */
  history(): ObservedHistory {
    const nowMs = Date.now();
    const [day, quarter] = [this.#history.buckets("day", nowMs), this.#history.buckets("quarter", nowMs)];
    return { day, quarter, isHistoryComplete: this.#history.isComplete };
  }

  async #look(probing: Probing): Promise<Observation> {
    const { servers, auth } = probing;
    const { failed, denied: deniedBefore } = this.#remembered();
    const denied = recentOf(deniedBefore);
    const credentials = await fingerprint(auth);
    const tryOf = (server: string): string => `${credentials} ${server}`;
    const triesToPublishAt = credentials === null ? [] : servers.filter((one) => !(tryOf(one) in denied));
    const seen = await observe(servers, await visitorOf(probing, triesToPublishAt));
    // By what each answered to the attempt itself: whatever else is wrong with it, or with another, says nothing of that.
    for (const { componentId: server, mayPublish } of seen.servers) {
      if (mayPublish === false) denied[tryOf(server)] = Date.now();
    }
    const failing = seen.servers
      .filter(({ status }) => status === "fail")
      .map(({ componentId }) => componentId);
    this.#remember({ failed: failing, denied });
    this.#latest = confirmed(seen, failed);
    this.#history.add(this.#latest);
    return this.#latest;
  }

  #remembered(): Memory {
    try {
      this.#memory ??= this.ctx.storage.kv.get<Memory>(MEMORY) ?? null;
    } catch {
      // This object remembers what it sees itself.
    }
    return this.#memory ?? { failed: null, denied: {} };
  }

  /** Is written where it is another, and not at each look. */
  #remember(memory: Memory): void {
    const isSame = JSON.stringify(memory) === JSON.stringify(this.#memory);
    this.#memory = memory;
    if (isSame) return;
    try {
      this.ctx.storage.kv.put(MEMORY, memory);
    } catch {
      // As above.
    }
  }
}

/** The denials after which nothing is tried again yet. */
function recentOf(denied: Memory["denied"]): Record<string, number> {
  const recent = Object.entries(denied).filter(([, atMs]) => isWithin(TRY_TO_PUBLISH_EVERY_MS, atMs));
  return Object.fromEntries(recent);
}

/** Names credentials whose permissions somebody else has set; null where there are none, or the worker sets them itself. */
async function fingerprint(auth: Auth): Promise<string | null> {
  if (auth.mode === "none" || (auth.mode === "jwt" && !auth.isScoped)) return null;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(auth)));
  return [...new Uint8Array(hash, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The object that watches a set of servers; another set has another object, and a history of its own. */
export function observatoryOf({ OBSERVATORY }: Pick<Env, "OBSERVATORY">, servers: readonly string[]) {
  return OBSERVATORY.get(OBSERVATORY.idFromName(servers.join(",")));
}
