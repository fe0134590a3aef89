import { buildProduct } from "../../serve/build.ts";
import { ROOT } from "./tools/cache.ts";

/** Global setup: built once before the test processes start, which all run what is built. */
export default function setup(): Promise<void> {
  return buildProduct(ROOT);
}
