import * as v from "valibot";
import { feedSchema } from "./feed.ts";
import type { Immutable } from "./immutable.ts";
import { count } from "./values.ts";

/** How the page gets credentials: from whom, against what proof, for how long. */
const pageAuthSchema = v.object({
  mode: v.picklist(["none", "jwt", "userpass", "token"]),
  /** What `POST /api/token` wants; null when there is nothing to ask for. */
  gate: v.nullable(v.picklist(["public", "passphrase", "access"])),
  /** How long a token lives, milliseconds; null when it doesn't expire. */
  tokenLifetimeMs: v.nullable(count),
});
export type PageAuth = Immutable<v.InferOutput<typeof pageAuthSchema>>;

/** The body of `/api/config`: what the page is told, and nothing else of the environment. */
export const pageConfigSchema = v.object({
  name: v.string(),
  /** One sentence under the name; null for the page's own. */
  about: v.nullable(v.string()),
  /** Whether the page opens live. */
  live: v.boolean(),
  /** `ws://` or `wss://` URLs, each once. */
  servers: v.array(v.pipe(v.string(), v.regex(/^wss?:\/\//))),
  feeds: v.array(feedSchema),
  /** Subjects that viewers may look at besides the feeds'. */
  explore: v.array(v.string()),
  /** Whose pages may embed this one; the worker's policy says the same. */
  embedOrigins: v.array(v.string()),
  auth: pageAuthSchema,
  /** The simulator's fault control; null outside `npm start`'s demo. */
  demo: v.nullable(v.object({ controlUrl: v.string() })),
});
export type PageConfig = Immutable<v.InferOutput<typeof pageConfigSchema>>;
