import type { Env } from "../env.ts";
import { problemResponse } from "../problem.ts";
import { keep } from "../shared.ts";
import type { Admission } from "./gate.ts";

/** The rate limiters of wrangler.toml; where one is missing, nothing that needs it is answered. */
export type Limiters = Partial<Pick<Cloudflare.Env, "TOKEN_LIMITER" | "GUESS_LIMITER" | "GUESS_SUM_LIMITER">>;

/** The limiters count by the minute: who is refused may come again so much later, seconds. */
const RETRY_AFTER_S = 60;

/** Too many wrong passphrases in sum keep out those who know it too: no longer than this, seconds. */
const ALL_RETRY_AFTER_S = 10;

/** How many networks are remembered of each sort; the oldest gives way. */
const MAX_NETWORKS = 10_000;

/** Until when no passphrase of a network is looked at, epoch milliseconds: else a guess would be answered after all. */
const blockedUntilMs = new Map<string, number>();
const EVERYBODY = "*";

/** Networks from which somebody knew the passphrase: strangers' guesses keep them out no more. */
const admitted = new Map<string, true>();

/** A wrong passphrase is counted after it was looked at: more of them at once would all be answered first. */
const AT_ONCE = 3;
const AT_ONCE_IN_ALL = 30;

/** What is being looked at. What began longer ago was a request that was broken off, milliseconds. */
let looks: { readonly network: string; readonly atMs: number }[] = [];
const LOOK_LIMIT_MS = 5000;

/** Whose request it is. At Cloudflare a header says so, which nobody else can set there; elsewhere whoever runs the worker knows. */
export function addressOf(request: Request, { VISITORS }: Pick<Env, "VISITORS">): string {
  return VISITORS?.addressOf(request) ?? request.headers.get("CF-Connecting-IP") ?? "unknown";
}

/** Who shares a limit with this address: nobody, or an IPv6 address's /64, for one subscriber has all of that (RFC 6177). */
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

/** Refuses what is too much; null when it isn't. Fails closed: no limiter, or one that throws, is no licence to flood. */
export async function refusalOf(
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
 * Looks at a passphrase, unless too many wrong ones came, or too many are being looked at.
 * @param look says whether it is the right one
 */
export async function limitGuesses(
  limiters: Limiters,
  network: string,
  nowMs: number,
  look: () => Promise<Admission>,
): Promise<Admission | Response> {
  const refusal = refusalOfGuess(network, nowMs);
  if (refusal !== null) return refusal;
  const begun = { network, atMs: nowMs };
  looks.push(begun);
  try {
    const admission = await look();
    if (admission !== "admitted") return (await countGuess(limiters, network, nowMs)) ?? admission;
    keep(admitted, network, true, MAX_NETWORKS);
    return admission;
  } finally {
    looks = looks.filter((one) => one !== begun);
  }
}

function refusalOfGuess(network: string, nowMs: number): Response | null {
  const leftMs = Math.max(
    blockedForMs(network, nowMs),
    admitted.has(network) ? 0 : blockedForMs(EVERYBODY, nowMs),
  );
  if (leftMs > 0) return tooMany(Math.ceil(leftMs / 1000));
  looks = looks.filter(({ atMs }) => Math.abs(nowMs - atMs) < LOOK_LIMIT_MS);
  const ofNetwork = looks.filter((one) => one.network === network).length;
  const isTooMuch = ofNetwork >= AT_ONCE || (looks.length >= AT_ONCE_IN_ALL && !admitted.has(network));
  return isTooMuch ? tooMany(1) : null;
}

function blockedForMs(key: string, nowMs: number): number {
  const leftMs = (blockedUntilMs.get(key) ?? 0) - nowMs;
  // More than that is left only where the clock was set back.
  return leftMs <= RETRY_AFTER_S * 1000 ? leftMs : 0;
}

/** Counts a wrong passphrase; the refusal that it deserves, when it was one too many. */
async function countGuess(limiters: Limiters, network: string, nowMs: number): Promise<Response | null> {
  const own = await refusalOf(limiters.GUESS_LIMITER, network);
  const sum = await refusalOf(limiters.GUESS_SUM_LIMITER, EVERYBODY, ALL_RETRY_AFTER_S);
  if (own !== null) keep(blockedUntilMs, network, nowMs + RETRY_AFTER_S * 1000, MAX_NETWORKS);
  if (sum !== null) keep(blockedUntilMs, EVERYBODY, nowMs + ALL_RETRY_AFTER_S * 1000, MAX_NETWORKS);
  return own ?? sum;
}

function tooMany(retryAfterS: number): Response {
  return problemResponse("rate-limited", `try again in ${retryAfterS} s`, {
    headers: { "Retry-After": String(retryAfterS) },
  });
}
