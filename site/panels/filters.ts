import type { Filter, filterOf } from "../content/filter.ts";
import { lazyFunction } from "../ui/lazy-function.ts";

/** What finds everything: while nothing is looked for, and until the language of filters is there. */
const EVERYTHING: Filter = { isEmpty: true, problems: [], matches: () => true, unknownFields: () => [] };

/** Reads what a reader looks for; loaded with the first that is typed, or that a link holds. */
export const filters = lazyFunction<typeof filterOf>(
  () => EVERYTHING,
  async () => (await import("../content/filter.ts")).filterOf,
);
