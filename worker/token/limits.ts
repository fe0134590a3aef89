import type { Env } from "../env.ts";
import { problemResponse } from "../problem.ts";
import { setBounded } from "../shared.ts";
import type { Admission } from "./gate.ts";

/** The rate limiters of wrangler.toml. A request whose limiter is missing is refused. */
export type Limiters = Partial<Pick<Cloudflare.Env, "TOKEN_LIMITER" | "GUESS_LIMITER" | "GUESS_SUM_LIMITER">>;

/** Seconds until a refused client may try again: the limiters' period. */
const RETRY_AFTER_S = 60;

/** As above, after too many wrong passphrases in all: shorter, because it also refuses those who know the passphrase. */
const ALL_RETRY_AFTER_S = 10;

/** The number of networks to remember in each map; the oldest is dropped. */
const MAX_NETWORKS = 10_000;

/** Until when no passphrase from a network is compared, in epoch milliseconds: comparing it would answer the guess. */
const blockedUntilMs = new Map<string, number>();
const ALL_NETWORKS = "*";

/** Networks that sent the right passphrase once; wrong guesses of other networks no longer block them. */
const admittedNetworks = new Map<string, true>();

/** Simultaneous comparisons: a wrong passphrase counts only afterwards, so more at once would all be answered. */
const MAX_CHECKS_PER_NETWORK = 3;
const MAX_CHECKS = 30;

/** The comparisons in progress. One older than the limit, in milliseconds, belongs to a cancelled request. */
let checks: { readonly network: string; readonly atMs: number }[] = [];
const CHECK_LIMIT_MS = 5000;

/** The client's address: from Cloudflare's header, which clients can't set there, or from the self-hosted runtime. */
export function addressOf(request: Request, { VISITORS }: Pick<Env, "VISITORS">): string {
  return VISITORS?.addressOf(request) ?? request.headers.get("CF-Connecting-IP") ?? "unknown";
}

/** The network that shares a limit: an IPv4 address, or an IPv6 /64, because one subscriber has all of it (RFC 6177). */
export function networkOf(address: string): string {
  const mapped = /^(?:0{0,4}:){0,6}:?ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [before = [], after = []] = (address.split("%", 1)[0] ?? "")
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = new Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, "")).join(":");
}

/** The refusal of a request above the limit, or null. Fails closed if the limiter is missing or throws. */
export async function checkLimit(
  limiter: RateLimit | undefined,
  key: string,
  retryAfterS = RETRY_AFTER_S,
): Promise<Response | null> {
  try {
    const { success } = (await limiter?.limit({ key })) ?? {};
    if (success === true) return null;
    if (success === false) return tooMany(retryAfterS);
  } catch (error) {
    console.error("rate limiter", (error as Error).name);
  }
  return problemResponse("unavailable", "the rate limiter is missing or doesn't respond");
}

/**
 * Checks a passphrase, unless too many wrong ones were sent or too many are being checked.
 * @param check compares the passphrase
 */
export async function limitGuesses(
  limiters: Limiters,
  network: string,
  nowMs: number,
  check: () => Promise<Admission>,
): Promise<Admission | Response> {
  const refusal = refuseGuess(network, nowMs);
  if (refusal !== null) return refusal;
  const begun = { network, atMs: nowMs };
  checks.push(begun);
  try {
    const admission = await check();
    if (admission !== "admitted") return (await countGuess(limiters, network, nowMs)) ?? admission;
    setBounded(admittedNetworks, network, true, MAX_NETWORKS);
    return admission;
  } finally {
    checks = checks.filter((one) => one !== begun);
  }
}

function refuseGuess(network: string, nowMs: number): Response | null {
  const leftMs = Math.max(
    blockedForMs(network, nowMs),
    admittedNetworks.has(network) ? 0 : blockedForMs(ALL_NETWORKS, nowMs),
  );
  if (leftMs > 0) return tooMany(Math.ceil(leftMs / 1000));
  checks = checks.filter(({ atMs }) => Math.abs(nowMs - atMs) < CHECK_LIMIT_MS);
  const ofNetwork = checks.filter((one) => one.network === network).length;
  const isTooMuch =
    ofNetwork >= MAX_CHECKS_PER_NETWORK || (checks.length >= MAX_CHECKS && !admittedNetworks.has(network));
  return isTooMuch ? tooMany(1) : null;
}

function blockedForMs(key: string, nowMs: number): number {
  const leftMs = (blockedUntilMs.get(key) ?? 0) - nowMs;
  // More is left only if the clock was set back.
  return leftMs <= RETRY_AFTER_S * 1000 ? leftMs : 0;
}

/** Counts a wrong passphrase; returns a refusal if it was one too many. */
async function countGuess(limiters: Limiters, network: string, nowMs: number): Promise<Response | null> {
  const own = await checkLimit(limiters.GUESS_LIMITER, network);
  const sum = await checkLimit(limiters.GUESS_SUM_LIMITER, ALL_NETWORKS, ALL_RETRY_AFTER_S);
  if (own !== null) setBounded(blockedUntilMs, network, nowMs + RETRY_AFTER_S * 1000, MAX_NETWORKS);
  if (sum !== null) setBounded(blockedUntilMs, ALL_NETWORKS, nowMs + ALL_RETRY_AFTER_S * 1000, MAX_NETWORKS);
  return own ?? sum;
}

function tooMany(retryAfterS: number): Response {
  return problemResponse("rate-limited", `try again in ${retryAfterS} s`, {
    headers: { "Retry-After": String(retryAfterS) },
  });
}
