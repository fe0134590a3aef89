import * as v from "valibot";
import type { Immutable } from "./immutable.ts";

/** The worker's problems by their stable names, each with its HTTP status and title. */
export const PROBLEMS = {
  malformed: [400, "The request is malformed"],
  "not-admitted": [401, "Access denied"],
  "foreign-origin": [403, "Only the worker's own page may request credentials"],
  "not-found": [404, "Not found"],
  "method-not-allowed": [405, "Method not allowed"],
  "too-large": [413, "The request is too large"],
  "rate-limited": [429, "Too many requests"],
  configuration: [500, "The worker's configuration is invalid"],
  internal: [500, "Internal error"],
  unavailable: [503, "Temporarily unavailable"],
} as const;

/** A problem's stable name; its `type` is `urn:mycelium:problem:<name>`. */
export type ProblemName = keyof typeof PROBLEMS;

const TYPE_PREFIX = "urn:mycelium:problem:";

/** What is wrong with a setting, and how to fix it. */
const configProblemSchema = v.object({
  variable: v.string(),
  /** The place inside the variable, such as `FEEDS[1].subject`, or the variable's name. */
  path: v.string(),
  /** What is wrong, without a full stop; never contains the value, which may be a secret. */
  message: v.string(),
  /** What to do, as an imperative. */
  fix: v.string(),
});
export type ConfigProblem = Immutable<v.InferOutput<typeof configProblemSchema>>;

/** Problem details (RFC 9457, section 3.1), `application/problem+json`. */
export const problemSchema = v.object({
  type: v.pipe(v.string(), v.startsWith(TYPE_PREFIX)),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  /** Everything wrong with the configuration; only with the problem `configuration`. */
  problems: v.exactOptional(v.array(configProblemSchema)),
});
export type Problem = Immutable<v.InferOutput<typeof problemSchema>>;

/** Creates a problem; `detail` explains this occurrence. */
export function problemOf(name: ProblemName, detail: string): Problem {
  const [status, title] = PROBLEMS[name];
  return { type: `${TYPE_PREFIX}${name}`, title, status, detail };
}

/** Whether a problem is the named one. */
export function isProblem(name: ProblemName, { type }: Pick<Problem, "type">): boolean {
  return type === `${TYPE_PREFIX}${name}`;
}
