import { expect, test } from "vitest";
import { measureScripts } from "./script-sizes.ts";

/** Bytes of gzip; the targets of the bench's `shell-js` and `first-load-js`. */
const SHELL_BYTES = 25_600;
const FIRST_LOAD_BYTES = 92_160;

test("the shell is at most 25 KiB without nats.ws, and with the live dashboard at most 90 KiB", {
  timeout: 60_000,
}, async () => {
  const { shellBytes, shellFiles, firstLoadBytes } = await measureScripts();
  expect(shellFiles.some((name) => /nats/.test(name))).toBe(false);
  expect(shellBytes).toBeLessThanOrEqual(SHELL_BYTES);
  expect(firstLoadBytes).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
});
