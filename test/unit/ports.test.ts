import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freePort } from "../support/tools/ports.ts";

const PORTS = join(import.meta.dirname, "../support/tools/ports.ts");

/** The range of one hundred ports to which a port belongs. */
const rangeOf = (port: number): number => Math.floor(port / 100);

/** A port drawn by another process whose search starts at the same range as this one's. */
async function portOfOtherProcess(): Promise<number> {
  const source = `
    Object.defineProperty(process, "pid", { value: ${process.pid} });
    const { freePort } = await import(${JSON.stringify(PORTS)});
    console.log(await freePort());
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source]);
  return Number(stdout);
}

test("two processes that start at the same range draw ports from different ranges", async () => {
  const own = await freePort();
  expect(rangeOf(await portOfOtherProcess())).not.toBe(rangeOf(own));
});

test("skips a port that is in use", async () => {
  let drawn = await freePort();
  // The next two ports are in this process's own range.
  while (drawn % 100 > 97) drawn = await freePort();
  const server = createServer().listen(drawn + 1, "127.0.0.1");
  await once(server, "listening");
  expect(await freePort()).toBe(drawn + 2);
  server.close();
});

test("never draws a port twice, even for many concurrent calls", async () => {
  const drawn = await Promise.all(Array.from({ length: 250 }, () => freePort()));
  expect(new Set(drawn).size).toBe(250);
  expect(drawn.every((port) => port % 100 !== 0)).toBe(true);
});
