import { lazyFunction } from "../ui/lazy-function.ts";
import type { sorted } from "./sort.ts";

/** Sorts rows; loaded with the first heading that is pressed, and until then they stay as they came. */
export const sorting = lazyFunction<typeof sorted>(
  (rows) => rows,
  async () => (await import("./sort.ts")).sorted,
);
