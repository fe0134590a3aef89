import { buildProduct } from "../../../serve/build.ts";
import { ROOT } from "../tools/cache.ts";

const BUILD = Symbol.for("mycelium.build");
const shared = globalThis as { [BUILD]?: Promise<void> };

/** Global setup: several projects ask for it at the same time, each with its own copy of this module, and two builds at once would tear down each other's. */
export default function setup(): Promise<void> {
  shared[BUILD] ??= buildProduct(ROOT);
  return shared[BUILD];
}
