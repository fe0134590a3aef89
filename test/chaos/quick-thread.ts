import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

/** Speeds up a thread that plays many lives: threads share compiled code, and errors, most of them caught, get no stack. */
export function makeQuick(): void {
  enableCompileCache(fileURLToPath(new URL("../../.cache/compiled", import.meta.url)));
  Error.stackTraceLimit = 0;
}

/** Turns stack traces on again, for the replay of a failed life. */
export function traceErrors(): void {
  Error.stackTraceLimit = 10;
}
