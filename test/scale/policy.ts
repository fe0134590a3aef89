import { DEFAULT_TUNABLES, type ReconnectOptions } from "../../client/index.ts";
import { KEPT_MS, SPREAD_MS } from "../../site/connection/investigate.ts";

/** What client, page and worker do, as far as many of them matter; `test/unit/scale.test.ts` holds what it can to the code. */
export interface Policy {
  readonly reconnect: ReconnectOptions;
  /** The pages' questions about a fault are spread over this, milliseconds. */
  readonly questionSpreadMs: number;
  /** What the edge saw fail isn't asked again for this long, milliseconds. */
  readonly questionKeptMs: number;
  /** How old an answer to a page in need may be, milliseconds: one question a data centre in this time. */
  readonly answerMs: number;
  readonly tokenLifetimeMs: number;
  /** A token with this share of its life or less left is replaced. */
  readonly tokenReplacedAtShare: number;
}

export const POLICY: Policy = {
  reconnect: DEFAULT_TUNABLES.reconnect,
  questionSpreadMs: SPREAD_MS,
  questionKeptMs: KEPT_MS,
  answerMs: 1000,
  tokenLifetimeMs: 600_000,
  tokenReplacedAtShare: 0.25,
};

/** What isn't ours to decide. */
export interface World {
  /** Data centres of Cloudflare that the pages are spread over, the busiest first, each half as busy as one twice as far down. */
  readonly dataCentres: number;
  /** Requests a second that one isolate takes before there is a second one. */
  readonly requestsPerIsolate: number;
  /** How long a refused dial takes, milliseconds. */
  readonly dialMs: number;
}

export const WORLD: World = { dataCentres: 100, requestsPerIsolate: 500, dialMs: 50 };

/** Prices of Cloudflare's Workers Paid plan beyond what its 5 $ a month include, $; read on 2026-11-25. */
export const PRICES = {
  perMonth: 5,
  includedRequests: 10_000_000,
  perMillionRequests: 0.3,
  includedCpuMs: 30_000_000,
  perMillionCpuMs: 0.02,
  includedObjectRequests: 1_000_000,
  perMillionObjectRequests: 0.15,
  includedGbS: 400_000,
  perMillionGbS: 12.5,
} as const;

/** Measured or assumed, for the bill. */
export const USAGE = {
  /** CPU of an answer, milliseconds: a token's signature is the dearest (test/bench/RESULTS.md). */
  cpuMsPerRequest: 0.5,
  /** Requests of a page that is opened: itself, scripts, styles, configuration; all pass the worker. */
  requestsPerOpening: 8,
  openingsPerDay: 2,
  /** Memory that an object is billed for, GB, and how long a question keeps it, milliseconds. */
  objectGb: 0.128,
  objectMsPerQuestion: 100,
  daysPerMonth: 30,
} as const;
