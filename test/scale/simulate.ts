import { delayMs } from "../../client/backoff.ts";
import type { Policy, World } from "./policy.ts";

/** How finely events are counted, milliseconds. */
const BIN_MS = 100;
const BINS_PER_S = 1000 / BIN_MS;

/** After the outage: whoever isn't back then is counted as late, milliseconds. */
const WATCHED_AFTER_MS = 40_000;

/** What an outage of all servers was like. */
export interface Outage {
  readonly pages: number;
  readonly outageMs: number;
  /** Dials within the fullest second, and as a share of the pages within the fullest 100 ms. */
  readonly dialsPeakPerS: number;
  readonly dialsPeakShare: number;
  /** Within the fullest second after the first minute, when all are far apart. */
  readonly dialsLaterPerS: number;
  /** `/readyz`, asked by pages. */
  readonly questions: number;
  readonly questionsPeakPerS: number;
  /** Of these to the Durable Object, at most. */
  readonly objectQuestions: number;
  readonly objectPeakPerS: number;
  readonly tokens: number;
  readonly tokensPeakPerS: number;
  /** From the servers' return until half, and 99 of 100 pages, are live, milliseconds. */
  readonly backHalfMs: number;
  readonly back99Ms: number;
}

/**
 * All pages lose all servers in one moment (a kill, so that none knows why), and get them back at
 * once after `outageMs`. Each page is played by itself, with the client's own delays.
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
    // Tokens were renewed at the same share of their life, so ages are even up to there.
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
 * Questions that reach the Durable Object, by the second: in each data centre one for each isolate
 * that is busy, in each time that an answer counts. Isolates share answers too, by the data centre's
 * cache, so these are the most there can be.
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

/** Sums of the shares of data centres: the second has half of the first one's pages, the third a third. */
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
