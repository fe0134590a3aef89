/** Load limits of the built product, compared with `wrangler dev` on the same build. */
import type { Figure } from "./figure.ts";
import { aborts } from "./serve/aborts.ts";
import { load } from "./serve/load.ts";
import { startTime } from "./serve/start.ts";

/** The group's figures. */
export async function* run(): AsyncIterable<Figure> {
  yield await startTime();
  yield* await load();
  yield* await aborts();
}
