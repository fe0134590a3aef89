import { type Evidence, type ExplanationKey, FaultError, fault } from "../../client/index.ts";
import type { PageAuth } from "../../contract/page-config.ts";
import { isProblem, type Problem } from "../../contract/problem.ts";

/** The error for credentials that were refused, with the worker's answer as evidence. */
export function refused(
  explanation: ExplanationKey,
  evidence: Pick<Evidence, "httpStatus" | "detail" | "retryAfterMs">,
): FaultError {
  const basis = fault("token-source", { phase: "credentials", ...evidence });
  // A rate limit ends by itself, and the operator may fix PUBLIC_URL while the page is open.
  const retryable = explanation === "token-limited" || explanation === "unnamed-proxy";
  return new FaultError({ ...basis, explanation, retryable }, evidence.detail ?? explanation);
}

/** Turns the worker's refusal into an error. `problem` is the body of the answer, if it is a problem (RFC 9457). */
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
  // Cloudflare Access may answer instead of the worker, without a problem as body.
  if (status === 401 && gate === "access") return refused("access-ended", evidence);
  if (status === 401 && gate === "passphrase") return refused("passphrase-wrong", evidence);
  return new FaultError(fault("token-source", { phase: "credentials", ...evidence }), evidence.detail);
}
