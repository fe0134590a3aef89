import { type Evidence, type ExplanationKey, FaultError, fault } from "../../client/index.ts";
import type { PageAuth } from "../../contract/page-config.ts";
import { isProblem, type Problem } from "../../contract/problem.ts";

/** A refusal of credentials, with what the worker said of it as its evidence. */
export function refused(
  explanation: ExplanationKey,
  evidence: Pick<Evidence, "httpStatus" | "detail" | "retryAfterMs">,
): FaultError {
  const basis = fault("token-source", { phase: "credentials", ...evidence });
  // The limit goes away by itself, and an operator's mistake while the page is open.
  const retryable = explanation === "token-limited" || explanation === "unnamed-proxy";
  return new FaultError({ ...basis, explanation, retryable }, evidence.detail ?? explanation);
}

/** What the worker's refusal means: `problem` is its body (RFC 9457), if it is one. */
export function refusalOf(
  { status, headers }: Pick<Response, "status"> & Partial<Pick<Response, "headers">>,
  problem: Problem | null,
  gate: PageAuth["gate"],
): FaultError {
  const words = problem === null ? `POST /api/token: ${status}` : `${problem.title}: ${problem.detail}`;
  const seconds = Number(headers?.get("Retry-After") ?? Number.NaN);
  const later = seconds > 0 ? { retryAfterMs: 1000 * seconds } : {};
  const evidence = { httpStatus: status, detail: words, ...later };
  if (problem !== null && isProblem("foreign-origin", problem)) return refused("unnamed-proxy", evidence);
  if (problem !== null && isProblem("rate-limited", problem)) return refused("token-limited", evidence);
  // Cloudflare Access itself may be the one who answers, with no problem of ours.
  if (status === 401 && gate === "access") return refused("access-ended", evidence);
  if (status === 401 && gate === "passphrase") return refused("passphrase-wrong", evidence);
  return new FaultError(fault("token-source", { phase: "credentials", ...evidence }), evidence.detail);
}
