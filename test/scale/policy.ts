import { DEFAULT_TUNABLES, type ReconnectOptions } from "../../client/index.ts";
import { FAILURE_REUSED_MS, SPREAD_MS } from "../../site/connection/investigate.ts";

/** Behaviour of client, page and worker that matters at scale; `test/unit/scale.test.ts` compares it with the code. */
export interface Policy {
  readonly reconnect: ReconnectOptions;
  /** Period over which pages spread their questions about a fault, milliseconds. */
  readonly questionSpreadMs: number;
  /** How long a page keeps a failure that the edge has confirmed before it asks again, milliseconds. */
  readonly questionKeptMs: number;
  /** Maximum age of an answer, milliseconds: each data centre sends one question per this time. */
  readonly answerMs: number;
  readonly tokenLifetimeMs: number;
  /** Remaining share of a token's lifetime at which it is replaced. */
  readonly tokenReplacedAtShare: number;
}

export const POLICY: Policy = {
  reconnect: DEFAULT_TUNABLES.reconnect,
  questionSpreadMs: SPREAD_MS,
  questionKeptMs: FAILURE_REUSED_MS,
  answerMs: 1000,
  tokenLifetimeMs: 600_000,
  tokenReplacedAtShare: 0.25,
};

/** Assumptions about the environment. */
export interface World {
  /** Cloudflare's data centres with pages; the n-th busiest has 1/n of the pages of the first. */
  readonly dataCentres: number;
  /** Requests per second after which Cloudflare starts another isolate. */
  readonly requestsPerIsolate: number;
  /** Duration of a refused dial, milliseconds. */
  readonly dialMs: number;
}

export const WORLD: World = { dataCentres: 100, requestsPerIsolate: 500, dialMs: 50 };

/** Prices of Cloudflare's Workers Paid plan beyond the included amounts, $; as of 2026-11-25. */
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

/** Measured or assumed usage, for the bill. */
export const USAGE = {
  /** CPU time per response, milliseconds: a token's signature takes the most (test/bench/RESULTS.md). */
  cpuMsPerRequest: 0.5,
  /** Requests when a page opens: HTML, scripts, styles, configuration; all go through the worker. */
  requestsPerOpening: 8,
  openingsPerDay: 2,
  /** Billed memory of an object, GB, and how long a question keeps the object active, milliseconds. */
  objectGb: 0.128,
  objectMsPerQuestion: 100,
  daysPerMonth: 30,
} as const;
