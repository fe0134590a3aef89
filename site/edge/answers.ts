import * as v from "valibot";
import type { Immutable } from "../../contract/immutable.ts";
import { pageConfigSchema } from "../../contract/page-config.ts";
import { type Problem, problemSchema } from "../../contract/problem.ts";
import { type Token, tokenSchema } from "../../contract/token.ts";

/** The schemas of the worker's answers. Those not needed to open the page are loaded with the first request. */
const SCHEMAS = {
  config: async () => pageConfigSchema,
  health: async () => (await import("../../contract/health.ts")).healthSchema,
  status: async () => (await import("../../contract/status.ts")).statusSchema,
} as const;

type SchemaOf<K extends keyof typeof SCHEMAS> = Awaited<ReturnType<(typeof SCHEMAS)[K]>>;

/** The worker's answers by name. */
export type Answers = { readonly [K in keyof typeof SCHEMAS]: Immutable<v.InferOutput<SchemaOf<K>>> };

/**
 * Reads an answer's body and checks it against its schema.
 * @throws Error with the worker's problem (RFC 9457) if the body is one, else with the first issue found
 */
export async function readAnswer<K extends keyof Answers>(name: K, response: Response): Promise<Answers[K]> {
  const [body, schema] = await Promise.all([bodyOf(response), SCHEMAS[name]()]);
  const read = v.safeParse(schema, body);
  if (read.success) return read.output as Answers[K];
  const [issue] = read.issues;
  const whatIsWrong = `${v.getDotPath(issue) ?? "the answer"}: ${issue.message}`;
  throw new Error(problemIn(body)?.detail ?? `${response.status}: ${whatIsWrong}`);
}

/** The answer's JSON; null when it has none. */
export function bodyOf(response: Response): Promise<unknown> {
  return response.json().catch(() => null);
}

/** The credentials in a body; null when there are none. */
export function tokenIn(body: unknown): Token | null {
  const read = v.safeParse(tokenSchema, body);
  return read.success ? read.output : null;
}

/** The body as a problem of the worker; null when it is none. */
export function problemIn(body: unknown): Problem | null {
  const read = v.safeParse(problemSchema, body);
  return read.success ? read.output : null;
}
