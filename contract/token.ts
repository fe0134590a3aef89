import * as v from "valibot";
import type { Immutable } from "./immutable.ts";
import { isoTime } from "./values.ts";

/** The body of `POST /api/token`: a user's public nkey. The worker checks its checksum. */
export const tokenRequestSchema = v.strictObject({ nkey: v.pipe(v.string(), v.regex(/^U[A-Z2-7]{55}$/)) });

/** The answer of `POST /api/token`. */
export const tokenSchema = v.union([
  v.object({ jwt: v.string(), expiresAt: isoTime }),
  v.object({ user: v.string(), pass: v.string() }),
  v.object({ token: v.string() }),
]);
export type Token = Immutable<v.InferOutput<typeof tokenSchema>>;
