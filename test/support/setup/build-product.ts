import { buildProduct } from "../../../serve/build.ts";
import { ROOT } from "../tools/cache.ts";

const BUILD = Symbol.for("mycelium.build");
const shared = globalThis as { [BUILD]?: Promise<void> };

/**
 * Global setup: builds the product once. Several projects call it at the same time, each with its own copy of this
 * module, and two builds at once would delete each other's files.
 */
export default function setup(): Promise<void> {
  shared[BUILD] ??= buildProduct(ROOT);
  return shared[BUILD];
}
