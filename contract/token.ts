import * as v from "valibot";
import type { Immutable } from "./immutable.ts";
import { isoTime } from "./values.ts";

/** What `POST /api/token` takes: a user's public nkey, and nothing else. Its checksum is the worker's to check. */
export const tokenRequestSchema = v.strictObject({ nkey: v.pipe(v.string(), v.regex(/^U[A-Z2-7]{55}$/)) });

/** What `POST /api/token` answers. */
export const tokenSchema = v.union([
  v.object({ jwt: v.string(), expiresAt: isoTime }),
  v.object({ user: v.string(), pass: v.string() }),
  v.object({ token: v.string() }),
]);
export type Token = Immutable<v.InferOutput<typeof tokenSchema>>;
