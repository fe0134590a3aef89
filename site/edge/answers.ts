import * as v from "valibot";
import type { Immutable } from "../../contract/immutable.ts";
import { pageConfigSchema } from "../../contract/page-config.ts";
import { type Problem, problemSchema } from "../../contract/problem.ts";
import { type Token, tokenSchema } from "../../contract/token.ts";

/** What is only asked for once something is wrong, or a sheet is open, is loaded then. */
const SCHEMAS = {
  config: async () => pageConfigSchema,
  health: async () => (await import("../../contract/health.ts")).healthSchema,
  status: async () => (await import("../../contract/status.ts")).statusSchema,
} as const;

type SchemaOf<K extends keyof typeof SCHEMAS> = Awaited<ReturnType<(typeof SCHEMAS)[K]>>;

/** The worker's answers, by what the page calls them. */
export type Answers = { readonly [K in keyof typeof SCHEMAS]: Immutable<v.InferOutput<SchemaOf<K>>> };

/**
 * An answer's body, once it is what the contract says.
 * @throws Error with the worker's own words where it has any (RFC 9457), else with what isn't as it should be
 */
export async function readAnswer<K extends keyof Answers>(name: K, response: Response): Promise<Answers[K]> {
  const [body, schema] = await Promise.all([bodyOf(response), SCHEMAS[name]()]);
  const read = v.safeParse(schema, body);
  if (read.success) return read.output as Answers[K];
  const [issue] = read.issues;
  const whatIsWrong = `${v.getDotPath(issue) ?? "the answer"}: ${issue.message}`;
  throw new Error(problemIn(body)?.detail ?? `${response.status}: ${whatIsWrong}`);
}

/** The JSON in an answer; null where there is none. */
export function bodyOf(response: Response): Promise<unknown> {
  return response.json().catch(() => null);
}

/** The credentials that a body holds; null if there are none. */
export function tokenIn(body: unknown): Token | null {
  const read = v.safeParse(tokenSchema, body);
  return read.success ? read.output : null;
}

/** The worker's problem that a body holds; null if it is none. */
export function problemIn(body: unknown): Problem | null {
  const read = v.safeParse(problemSchema, body);
  return read.success ? read.output : null;
}
