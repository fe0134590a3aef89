import type { Env } from "../env.ts";
import { problemResponse } from "../problem.ts";

/** The rate limiters of wrangler.toml; where one is missing, nothing that needs it is answered. */
export type Limiters = Partial<Pick<Cloudflare.Env, "TOKEN_LIMITER" | "GUESS_LIMITER" | "GUESS_SUM_LIMITER">>;

/** The limiters count by the minute: who is refused may come again so much later, seconds. */
const RETRY_AFTER_S = 60;

/** How many networks that guessed too much are remembered. */
const MAX_BLOCKED = 10_000;

/** Until when no passphrase of a network is looked at, epoch milliseconds: else a guess would be answered after all. */
const blockedUntilMs = new Map<string, number>();
const EVERYBODY = "*";

/** Whose request it is. At Cloudflare a header says so, which nobody else can set there; elsewhere whoever runs the worker knows. */
export function addressOf(request: Request, { VISITORS }: Pick<Env, "VISITORS">): string {
  return VISITORS?.addressOf(request) ?? request.headers.get("CF-Connecting-IP") ?? "unknown";
}

/** Who shares a limit with this address: nobody, or an IPv6 address's /64, for one subscriber has all of that (RFC 6177). */
export function networkOf(address: string): string {
  const mapped = /^(?:0{0,4}:){0,6}:?ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("%", 1)[0]?.toLowerCase().split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...new Array<string>(Math.max(0, zeros)).fill("0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

/** Refuses what is too much; null when it isn't. Fails closed: no limiter, or one that throws, is no licence to flood. */
export async function refusalOf(limiter: RateLimit | undefined, key: string): Promise<Response | null> {
  try {
    const { success } = (await limiter?.limit({ key })) ?? {};
    if (success === true) return null;
    if (success === false) return tooMany();
  } catch (error) {
    console.error("rate limiter", (error as Error).name);
  }
  return problemResponse("unavailable", "the rate limiter doesn't answer");
}

/** Refuses to look at a passphrase, where too many wrong ones came; null when it may be looked at. */
export function refusalOfGuesses(network: string, nowMs: number): Response | null {
  const isBlocked = (key: string): boolean => {
    const leftMs = (blockedUntilMs.get(key) ?? 0) - nowMs;
    // More than that is left only where the clock was set back.
    return leftMs > 0 && leftMs <= RETRY_AFTER_S * 1000;
  };
  return isBlocked(network) || isBlocked(EVERYBODY) ? tooMany() : null;
}

/** Counts a wrong passphrase; the refusal that it deserves, when it was one too many. */
export async function countGuess(
  limiters: Limiters,
  network: string,
  nowMs: number,
): Promise<Response | null> {
  const own = await refusalOf(limiters.GUESS_LIMITER, network);
  const sum = await refusalOf(limiters.GUESS_SUM_LIMITER, EVERYBODY);
  if (blockedUntilMs.size >= MAX_BLOCKED) blockedUntilMs.clear();
  if (own !== null) blockedUntilMs.set(network, nowMs + RETRY_AFTER_S * 1000);
  // Shorter: whoever knows the passphrase is kept out too.
  if (sum !== null) blockedUntilMs.set(EVERYBODY, nowMs + (RETRY_AFTER_S * 1000) / 6);
  return own ?? sum;
}

function tooMany(): Response {
  return problemResponse("rate-limited", "too many requests: wait a minute", {
    headers: { "Retry-After": String(RETRY_AFTER_S) },
  });
}
