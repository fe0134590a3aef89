import { delayMs } from "../../client/backoff.ts";
import type { Policy, World } from "./policy.ts";

/** Resolution of the counts, milliseconds. */
const BIN_MS = 100;
const BINS_PER_S = 1000 / BIN_MS;

/** Observed time after the outage: pages that aren't back by then count as late, milliseconds. */
const WATCHED_AFTER_MS = 40_000;

/** Results of an outage of all servers. */
export interface Outage {
  readonly pages: number;
  readonly outageMs: number;
  /** Dials within the busiest second, and within the busiest 100 ms as a share of the pages. */
  readonly dialsPeakPerS: number;
  readonly dialsPeakShare: number;
  /** Dials within the busiest second after the first minute, when dials are spread out. */
  readonly dialsLaterPerS: number;
  /** Requests of `/readyz` by pages. */
  readonly questions: number;
  readonly questionsPeakPerS: number;
  /** The maximum of these that reach the Durable Object. */
  readonly objectQuestions: number;
  readonly objectPeakPerS: number;
  readonly tokens: number;
  readonly tokensPeakPerS: number;
  /** From the servers' return until half, and 99 %, of the pages are live, milliseconds. */
  readonly backHalfMs: number;
  readonly back99Ms: number;
}

/**
 * Simulates pages that lose all servers at once (by a kill, so that no page knows why), and get them back after
 * `outageMs`. Pages are simulated one by one, with the client's delays.
 * @param random uniform in [0, 1)
 */
export function simulate(
  pages: number,
  outageMs: number,
  policy: Policy,
  world: World,
  random: () => number,
): Outage {
  const bins = Math.ceil((outageMs + WATCHED_AFTER_MS) / BIN_MS);
  const [dials, questions, tokens] = [new Uint32Array(bins), new Uint32Array(bins), new Uint32Array(bins)];
  const asked = Array.from({ length: world.dataCentres }, () => new Uint32Array(bins));
  const share = sharesOf(world.dataCentres);
  const backMs: number[] = [];
  const count = (where: Uint32Array, atMs: number): void => {
    const bin = Math.floor(atMs / BIN_MS);
    if (bin < bins) where[bin] = (where[bin] ?? 0) + 1;
  };
  for (let page = 0; page < pages; page += 1) {
    const centre = asked[drawn(share, random())] as Uint32Array;
    let askedAtMs = Number.NEGATIVE_INFINITY;
    const ask = (seenAtMs: number): void => {
      if (seenAtMs - askedAtMs < policy.questionKeptMs) return;
      askedAtMs = seenAtMs + random() * policy.questionSpreadMs;
      count(questions, askedAtMs);
      count(centre, askedAtMs);
    };
    const usableMs = policy.tokenLifetimeMs * (1 - policy.tokenReplacedAtShare);
    // Tokens are renewed at the same share of their lifetime, so their ages are uniform up to it.
    let tokenUntilMs = random() * usableMs;
    ask(0);
    let atMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      atMs += delayMs(attempt, atMs, policy.reconnect, random());
      if (atMs >= tokenUntilMs) {
        count(tokens, atMs);
        tokenUntilMs = atMs + usableMs;
      }
      count(dials, atMs);
      if (atMs >= outageMs) break;
      atMs += world.dialMs;
      ask(atMs);
    }
    backMs.push(atMs - outageMs);
  }
  backMs.sort((a, b) => a - b);
  const object = objectQuestions(asked, policy, world);
  return {
    pages,
    outageMs,
    dialsPeakPerS: fullestSecond(dials),
    dialsPeakShare: Math.max(...dials) / pages,
    dialsLaterPerS: fullestSecond(dials.subarray(60 * BINS_PER_S, Math.floor(outageMs / BIN_MS))),
    questions: sum(questions),
    questionsPeakPerS: fullestSecond(questions),
    objectQuestions: sum(object),
    objectPeakPerS: Math.max(...object),
    tokens: sum(tokens),
    tokensPeakPerS: fullestSecond(tokens),
    backHalfMs: backMs[Math.floor(pages * 0.5)] ?? 0,
    back99Ms: backMs[Math.floor(pages * 0.99)] ?? 0,
  };
}

/**
 * Maximum of the questions that reach the Durable Object, by second: one per busy isolate, per maximum age of an
 * answer, in each data centre. In fact isolates share answers through the data centre's cache.
 */
function objectQuestions(asked: readonly Uint32Array[], policy: Policy, world: World): Uint32Array {
  const perTtl = policy.answerMs / BIN_MS;
  const seconds = new Uint32Array(Math.ceil((asked[0]?.length ?? 0) / BINS_PER_S));
  for (const bins of asked) {
    for (let from = 0; from < bins.length; from += perTtl) {
      const requests = sum(bins.subarray(from, from + perTtl));
      const isolates = Math.ceil((requests * 1000) / policy.answerMs / world.requestsPerIsolate);
      const second = Math.floor(from / BINS_PER_S);
      seconds[second] = (seconds[second] ?? 0) + Math.min(requests, isolates);
    }
  }
  return seconds;
}

function fullestSecond(bins: Uint32Array): number {
  let within = 0;
  let most = 0;
  for (const [bin, here] of bins.entries()) {
    within += here - (bins[bin - BINS_PER_S] ?? 0);
    most = Math.max(most, within);
  }
  return most;
}

function sum(bins: Uint32Array): number {
  return bins.reduce((total, here) => total + here, 0);
}

/** Cumulative shares of the data centres; the n-th has 1/n of the first one's pages. */
function sharesOf(count: number): Float64Array {
  const sums = new Float64Array(count);
  let total = 0;
  for (let i = 0; i < count; i += 1) {
    total += 1 / (i + 1);
    sums[i] = total;
  }
  return sums.map((one) => one / total);
}

function drawn(sums: Float64Array, at: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 1) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
