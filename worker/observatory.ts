import { DurableObject } from "cloudflare:workers";
import type { Observation, ObservedHistory } from "../contract/status.ts";
import type { Auth } from "./config/auth.ts";
import type { Config } from "./config.ts";
import type { Env } from "./env.ts";
import { confirmed } from "./observatory/confirm.ts";
import { History } from "./observatory/history.ts";
import { type KnownOrigin, knownOrigin, originKnownAfter } from "./observatory/origin.ts";
import { type Viewed, visitorOf } from "./probe/visitor.ts";
import { observe } from "./probe.ts";

/** How old an observation may be for an ordinary question, milliseconds. */
export const TTL_MS = 5000;

/** How old for someone who asks for a fresh one: no flood makes more probes than one in this time, milliseconds. */
export const FRESH_MS = 1000;

/** How often a server is tried for what it must not allow, milliseconds: nats-server logs each attempt. */
const TRY_TO_PUBLISH_EVERY_MS = 6 * 60 * 60 * 1000;
const DENIALS = "publications-denied";

/** The servers that failed at the last look; kept, because an object that nobody asks for seconds is put away. */
const FAILED = "failed";

/** Where the page was asked for and let in; kept, for who asks next may come by any address. */
const ORIGIN = "origin";

/** What an observation needs: of the configuration, and of the request. */
export type Probing = Viewed & Pick<Config, "servers">;

/** When each server was last seen to deny these credentials a publication, epoch milliseconds. */
interface Denials {
  readonly atMs: Readonly<Record<string, number>>;
  readonly credentials: string;
}

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
  #failed: readonly string[] | null = null;
  #inFlight: Promise<Observation> | null = null;

  /** An observation that is at most `maxAgeMs` old; whoever asks meanwhile shares the probe that runs. */
  async observation(probing: Probing, maxAgeMs: number): Promise<Observation> {
    const askedAtMs = Date.now();
    const latest = this.#latest;
    if (latest !== null && isRecent(latest, maxAgeMs)) return latest;
    if (this.#inFlight !== null) {
      const shared = await this.#inFlight;
      // It may have begun too long ago for this question; whatever runs after it hasn't.
      if (shared.observedAtMs >= askedAtMs - maxAgeMs) return shared;
    }
    return this.#inFlight ?? this.#probe(probing);
  }

  /** What was observed so far. */
  history(): ObservedHistory {
    const nowMs = Date.now();
    const [day, quarter] = [this.#history.buckets("day", nowMs), this.#history.buckets("quarter", nowMs)];
    return { day, quarter, isHistoryComplete: this.#history.isComplete };
  }

  async #look(probing: Probing): Promise<Observation> {
    const { servers, auth } = probing;
    const denials = await this.#denialsOf(auth);
    const triesToPublishAt = servers.filter((server) => isTryDue(denials, server));
    const known = knownOrigin(await this.#recall<KnownOrigin>(ORIGIN));
    const seen = await observe(servers, await visitorOf(probing, triesToPublishAt, known?.origin));
    const knownNow = originKnownAfter(seen, probing, known);
    if (knownNow !== known) await this.#remember(ORIGIN, knownNow);
    await this.#rememberDenials(denials, seen);
    const failedBefore = this.#failed ?? (await this.#recall<readonly string[]>(FAILED)) ?? null;
    this.#failed = seen.servers.flatMap(({ server, status }) => (status === "fail" ? [server] : []));
    if (this.#failed.join() !== failedBefore?.join()) await this.#remember(FAILED, this.#failed);
    return confirmed(seen, failedBefore);
  }

  #probe(probing: Probing): Promise<Observation> {
    const probe = this.#look(probing)
      .then((observation) => {
        this.#latest = observation;
        this.#history.add(observation);
        return observation;
      })
      .finally(() => {
        this.#inFlight = null;
      });
    this.#inFlight = probe;
    // Whoever asked may hang up; those who share the probe must not notice.
    this.ctx.waitUntil(probe);
    return probe;
  }

  /** What is known of these credentials; null where nothing needs to be. */
  async #denialsOf(auth: Auth): Promise<Denials | null> {
    const credentials = await fingerprint(auth);
    if (credentials === null) return null;
    const known = await this.#recall<Denials>(DENIALS);
    return known?.credentials === credentials ? known : { credentials, atMs: {} };
  }

  /** By what each server answered to the attempt itself: whatever else is wrong with it, or with another, says nothing of that. */
  async #rememberDenials(before: Denials | null, { servers }: Observation): Promise<void> {
    const denied = servers.flatMap(({ server, mayPublish }) => (mayPublish === false ? [server] : []));
    if (before === null || denied.length === 0) return;
    const atMs = { ...before.atMs, ...Object.fromEntries(denied.map((server) => [server, Date.now()])) };
    await this.#remember(DENIALS, { ...before, atMs } satisfies Denials);
  }

  /** What was remembered; a store that fails remembers nothing. */
  #recall<T>(name: string): Promise<T | undefined> {
    return this.ctx.storage.get<T>(name).catch(() => undefined);
  }

  #remember(name: string, value: unknown): Promise<void> {
    return this.ctx.storage.put(name, value).catch(() => {});
  }
}

function isTryDue(denials: Denials | null, server: string): boolean {
  return denials !== null && Math.abs(Date.now() - (denials.atMs[server] ?? 0)) > TRY_TO_PUBLISH_EVERY_MS;
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
