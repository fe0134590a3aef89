import type { Token } from "../contract/token.ts";
import type { Auth } from "./config/auth.ts";
import type { Config } from "./config.ts";
import { problemResponse } from "./problem.ts";
import { viewerPermissions } from "./token/claims.ts";
import { type AccessKeys, admit } from "./token/gate.ts";
import { isFromOwnPage, readTokenRequest } from "./token/request.ts";
import { importSigner } from "./token/signer.ts";
import { signUserJwt } from "./token/user-jwt.ts";

/** What handing out credentials depends on, besides the configuration. */
export interface TokenSurroundings {
  /** Cloudflare's rate limiter; without it nothing is handed out. */
  readonly limiter: RateLimit | undefined;
  readonly accessKeys: AccessKeys;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** Answers `POST /api/token`: whoever may read the feeds gets what is needed for it, and nothing more. */
export async function answerTokenRequest(
  request: Request,
  { auth, feeds, explore }: Pick<Config, "auth" | "feeds" | "explore">,
  { limiter, accessKeys, nowMs }: TokenSurroundings,
): Promise<Response> {
  if (auth.mode === "none") return problemResponse("not-found", "this worker hands out no credentials");
  if (!isFromOwnPage(request)) return problemResponse("foreign-origin", "ask from the worker's own page");
  const limited = await refusalOfLimiter(limiter, request);
  if (limited !== null) return limited;
  const admission = await admit(auth.gate, request.headers, accessKeys);
  if (admission === "unavailable") return problemResponse("unavailable", "who asks couldn't be found out");
  if (admission === "refused") {
    const headers: Record<string, string> =
      auth.gate.kind === "passphrase" ? { "WWW-Authenticate": "Bearer" } : {};
    return problemResponse("not-admitted", "the proof that the gate wants is missing or wrong", { headers });
  }
  const asked = await readTokenRequest(request);
  if (asked.outcome === "too-large") return problemResponse("too-large", "a token request is one short key");
  if (asked.outcome === "malformed") {
    return problemResponse("malformed", 'give { "nkey": "U…" }, a user\'s public key, and nothing else');
  }
  return credentialsFor(auth, feeds, explore, asked.userKey, nowMs);
}

/** Fails closed: no limiter, or one that throws, is no licence to flood. */
async function refusalOfLimiter(limiter: RateLimit | undefined, request: Request): Promise<Response | null> {
  try {
    const key = request.headers.get("CF-Connecting-IP") ?? "unknown";
    const { success } = (await limiter?.limit({ key })) ?? {};
    if (success === true) return null;
    if (success === false) {
      return problemResponse("rate-limited", "too many requests: wait a minute", {
        headers: { "Retry-After": "60" },
      });
    }
  } catch (error) {
    console.error("rate limiter", (error as Error).name);
  }
  return problemResponse("unavailable", "the rate limiter doesn't answer");
}

async function credentialsFor(
  auth: Exclude<Auth, { mode: "none" }>,
  feeds: Config["feeds"],
  explore: Config["explore"],
  userKey: string,
  nowMs: number,
): Promise<Response> {
  if (auth.mode === "userpass") return answer({ user: auth.user, pass: auth.password });
  if (auth.mode === "token") return answer({ token: auth.token });
  const { jwt, expiresAtMs } = await signUserJwt(await importSigner(auth.signingSeed), {
    userKey,
    account: auth.account,
    permissions: auth.isScoped ? null : viewerPermissions(feeds, userKey, explore),
    issuedAtMs: nowMs,
    lifetimeMs: auth.lifetimeMs,
  });
  return answer({ jwt, expiresAt: new Date(expiresAtMs).toISOString() });
}

function answer(credentials: Token): Response {
  return Response.json(credentials, { headers: { "Cache-Control": "no-store" } });
}
