import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Makes a thread that plays many lives quick: what was compiled for one thread is used by the next,
 * and errors that are made only to be caught don't say where they come from.
 */
export function makeQuick(): void {
  enableCompileCache(fileURLToPath(new URL("../../.cache/compiled", import.meta.url)));
  Error.stackTraceLimit = 0;
}

/** From here on errors say where they come from: a life that fails is played again, to be told of. */
export function traceErrors(): void {
  Error.stackTraceLimit = 10;
}
