import * as v from "valibot";
import { feedSchema } from "./feed.ts";
import type { Immutable } from "./immutable.ts";
import { count } from "./values.ts";

/** How the page gets its NATS credentials. */
const pageAuthSchema = v.object({
  mode: v.picklist(["none", "jwt", "userpass", "token"]),
  /** What `POST /api/token` requires; null if `mode` is `none`. */
  gate: v.nullable(v.picklist(["public", "passphrase", "access"])),
  /** A token's lifetime in milliseconds; null if credentials don't expire. */
  tokenLifetimeMs: v.nullable(count),
});
export type PageAuth = Immutable<v.InferOutput<typeof pageAuthSchema>>;

/** The body of `/api/config`: the public part of the settings. */
export const pageConfigSchema = v.object({
  name: v.string(),
  /** One sentence below the name; null for the page's default. */
  about: v.nullable(v.string()),
  /** Whether the page opens live. */
  live: v.boolean(),
  /** Distinct `ws://` or `wss://` URLs. */
  servers: v.array(v.pipe(v.string(), v.regex(/^wss?:\/\//))),
  feeds: v.array(feedSchema),
  /** Subjects that viewers may read besides the feeds'. */
  explore: v.array(v.string()),
  /** Origins whose pages may embed this one; also in the CSP's `frame-ancestors`. */
  embedOrigins: v.array(v.string()),
  auth: pageAuthSchema,
  /** The simulator's fault control; null outside the demo of `npm start`. */
  demo: v.nullable(v.object({ controlUrl: v.string() })),
});
export type PageConfig = Immutable<v.InferOutput<typeof pageConfigSchema>>;
