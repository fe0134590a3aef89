import { problemResponse } from "./problem.ts";
import type { AccessKeys } from "./token/access-keys.ts";
import { credentialsFor, type Viewing } from "./token/credentials.ts";
import { admit } from "./token/gate.ts";
import { type Limiters, limitGuesses, networkOf, refusalOf } from "./token/limits.ts";
import { drain, isFromOwnPage, readUserKey } from "./token/request.ts";

/** What handing out credentials depends on, besides the configuration. */
export interface TokenSurroundings {
  readonly limiters: Limiters;
  readonly accessKeys: AccessKeys;
  /** The address of who asks. */
  readonly address: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** Answers `POST /api/token`: whoever may read the feeds gets what is needed for it, and nothing more. */
export async function answerTokenRequest(
  request: Request,
  config: Viewing,
  surroundings: TokenSurroundings,
): Promise<Response> {
  const response = await answer(request, config, surroundings);
  await drain(request);
  return response;
}

async function answer(
  request: Request,
  config: Viewing,
  { limiters, accessKeys, address, nowMs }: TokenSurroundings,
): Promise<Response> {
  const { auth, publicUrl } = config;
  if (auth.mode === "none") {
    return problemResponse("not-found", "AUTH_MODE is none, so this worker hands out no credentials");
  }
  if (!isFromOwnPage(request, publicUrl)) {
    return problemResponse("foreign-origin", foreignOriginDetail(publicUrl));
  }
  const network = networkOf(address);
  const limited = await refusalOf(limiters.TOKEN_LIMITER, network);
  if (limited !== null) return limited;
  const isGuessable = auth.gate.kind === "passphrase";
  const look = () => admit(auth.gate, request.headers, accessKeys);
  const admission = await (isGuessable ? limitGuesses(limiters, network, nowMs, look) : look());
  if (admission instanceof Response) return admission;
  if (admission === "unavailable") {
    return problemResponse("unavailable", "Cloudflare Access's keys couldn't be fetched: try again later");
  }
  if (admission === "refused") return notAdmitted(isGuessable);
  const userKey = await readUserKey(request);
  if (userKey instanceof Response) return userKey;
  const credentials = await credentialsFor(config, userKey, nowMs);
  return Response.json(credentials, { headers: { "Cache-Control": "no-store" } });
}

function foreignOriginDetail(publicUrl: string | null): string {
  if (publicUrl !== null) return "send the request from the page at PUBLIC_URL";
  return "send the request from the worker's own page; if a proxy changes its address, set PUBLIC_URL to the address that browsers show";
}

function notAdmitted(isGuessable: boolean): Response {
  const headers: Record<string, string> = isGuessable ? { "WWW-Authenticate": "Bearer" } : {};
  const proof = isGuessable ? "passphrase" : "Cloudflare Access assertion";
  return problemResponse("not-admitted", `the ${proof} is missing or wrong`, { headers });
}
