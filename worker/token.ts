import { problemResponse } from "./problem.ts";
import type { AccessKeys } from "./token/access-keys.ts";
import { credentialsFor, type ViewerConfig } from "./token/credentials.ts";
import { admit } from "./token/gate.ts";
import { checkLimit, type Limiters, limitGuesses, networkOf } from "./token/limits.ts";
import { discardBody, isFromOwnPage, readUserKey } from "./token/request.ts";

/** What a token request depends on besides the configuration. */
export interface TokenSurroundings {
  readonly limiters: Limiters;
  readonly accessKeys: AccessKeys;
  /** The client's address. */
  readonly address: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** Answers `POST /api/token` with credentials that can read the feeds, or with a problem. */
export async function answerTokenRequest(
  request: Request,
  config: ViewerConfig,
  surroundings: TokenSurroundings,
): Promise<Response> {
  const response = await answer(request, config, surroundings);
  await discardBody(request);
  return response;
}

async function answer(
  request: Request,
  config: ViewerConfig,
  { limiters, accessKeys, address, nowMs }: TokenSurroundings,
): Promise<Response> {
  const { auth, publicUrl } = config;
  if (auth.mode === "none")
    return problemResponse("not-found", "AUTH_MODE is none: there are no credentials");
  if (!isFromOwnPage(request, publicUrl)) return foreignOrigin(publicUrl);
  const network = networkOf(address);
  const limited = await checkLimit(limiters.TOKEN_LIMITER, network);
  if (limited !== null) return limited;
  const isGuessable = auth.gate.kind === "passphrase";
  const check = () => admit(auth.gate, request.headers, accessKeys);
  const admission = await (isGuessable ? limitGuesses(limiters, network, nowMs, check) : check());
  if (admission instanceof Response) return admission;
  if (admission === "unavailable") return problemResponse("unavailable", "Access's keys can't be fetched");
  if (admission === "refused") return notAdmitted(isGuessable);
  const userKey = await readUserKey(request);
  if (userKey instanceof Response) return userKey;
  const credentials = await credentialsFor(config, userKey, nowMs);
  return Response.json(credentials, { headers: { "Cache-Control": "no-store" } });
}

function foreignOrigin(publicUrl: string | null): Response {
  const page =
    "the worker's own page; if a proxy in front of the worker changes the address, set PUBLIC_URL to what browsers show";
  return problemResponse("foreign-origin", `use ${publicUrl === null ? page : "the page at PUBLIC_URL"}`);
}

function notAdmitted(isGuessable: boolean): Response {
  const headers: Record<string, string> = isGuessable ? { "WWW-Authenticate": "Bearer" } : {};
  const proof = isGuessable ? "passphrase" : "Cloudflare Access assertion";
  return problemResponse("not-admitted", `the ${proof} is missing or wrong`, { headers });
}
