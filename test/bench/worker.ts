/** Costs of the edge: a token, a flood of health checks, and the bundle for Cloudflare. */

import type { Figure } from "./figure.ts";
import { bundle } from "./worker/bundle.ts";
import { hostile, statusBytes } from "./worker/hostile.ts";
import { readyz } from "./worker/readyz.ts";
import { tokenCpu } from "./worker/token.ts";

/** The group's figures. */
export async function* run(): AsyncIterable<Figure> {
  yield await tokenCpu();
  yield* await readyz();
  yield* await hostile();
  yield statusBytes();
  yield* await bundle();
}
