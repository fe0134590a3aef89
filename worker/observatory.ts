import { DurableObject } from "cloudflare:workers";
import type { Bucket, Observation } from "../contract/status.ts";
import { configOf } from "./config.ts";
import { History } from "./observatory/history.ts";
import { PUBLIC_RESOLVER } from "./probe/dns.ts";
import { STRANGER, visitorOf } from "./probe/visitor.ts";
import { observe } from "./probe.ts";
import type { Environment } from "./settings.ts";

/** How old an observation may be for an ordinary question, milliseconds. */
export const TTL_MS = 5000;

/** How old for someone who asks for a fresh one: no flood makes more probes than one in this time, milliseconds. */
export const FRESH_MS = 1000;

/** The history of a set of servers. */
export interface ObservedHistory {
  readonly minutes: readonly Bucket[];
  readonly hours: readonly Bucket[];
}

/**
 * Holds the one observation of one set of servers that every face shows, and its
 * history. A Durable Object, because Workers share nothing else between requests.
 */
export class Observatory extends DurableObject<Environment> {
  readonly #history = new History(this.ctx.storage.sql);
  #latest: Observation | null = null;
  #inFlight: Promise<Observation> | null = null;

  /** An observation that is at most `maxAgeMs` old; whoever asks meanwhile shares the probe that runs. */
  async observation(servers: readonly string[], maxAgeMs: number): Promise<Observation> {
    const oldestMs = Date.now() - maxAgeMs;
    const kept = this.#recent(oldestMs);
    if (kept !== null) return kept;
    if (this.#inFlight !== null) {
      await this.#inFlight;
      // It may have begun too long ago for this question; whatever runs after it hasn't.
      const shared = this.#recent(oldestMs);
      if (shared !== null) return shared;
    }
    return this.#inFlight ?? this.#probe(servers);
  }

  /** The latest observation, unless it is older; one of the future was made before the clock was set back. */
  #recent(oldestMs: number): Observation | null {
    const observedAtMs = this.#latest?.observedAtMs ?? Number.NEGATIVE_INFINITY;
    return observedAtMs >= oldestMs && observedAtMs <= Date.now() ? this.#latest : null;
  }

  /** What was observed so far. */
  history(): ObservedHistory {
    return { minutes: this.#history.buckets("minute"), hours: this.#history.buckets("hour") };
  }

  async #look(servers: readonly string[]): Promise<Observation> {
    const result = configOf(this.env);
    return observe(servers, result.ok ? await visitorOf(result.config) : STRANGER, PUBLIC_RESOLVER);
  }

  #probe(servers: readonly string[]): Promise<Observation> {
    const probe = this.#look(servers)
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
}

/** The object that watches a set of servers; another set has another object, and a history of its own. */
export function observatoryOf(
  { OBSERVATORY }: { readonly OBSERVATORY: DurableObjectNamespace<Observatory> },
  servers: readonly string[],
) {
  return OBSERVATORY.get(OBSERVATORY.idFromName(servers.join(",")));
}
