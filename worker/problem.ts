/** The problems that the worker answers with, each with its HTTP status and title. The names are stable. */
const PROBLEMS = {
  malformed: [400, "The request isn't what is understood here"],
  "not-admitted": [401, "Credentials are for others"],
  "foreign-origin": [403, "Only the worker's own page may ask"],
  "not-found": [404, "There is nothing here"],
  "method-not-allowed": [405, "This method isn't allowed here"],
  "too-large": [413, "The request is too large"],
  "rate-limited": [429, "Too many requests"],
  configuration: [500, "The worker's configuration is wrong"],
  internal: [500, "The worker failed"],
  unavailable: [503, "What this needs isn't there right now"],
} as const;

/** The stable name of a problem; its `type` is `urn:mycelium:problem:<name>`. */
export type ProblemName = keyof typeof PROBLEMS;

/** Problem details (RFC 9457, section 3.1). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** Answers with a problem as `application/problem+json` (RFC 9457); `extra` are extension members. */
export function problemResponse(
  name: ProblemName,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  const [status, title] = PROBLEMS[name];
  const problem: Problem = { type: `urn:mycelium:problem:${name}`, title, status, detail };
  return new Response(JSON.stringify({ ...problem, ...extra }), {
    status,
    headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...headers },
  });
}
