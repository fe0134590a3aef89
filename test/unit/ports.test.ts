import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freePort } from "../support/tools/ports.ts";

const PORTS = join(import.meta.dirname, "../support/tools/ports.ts");

/** The hundred that a port is one of. */
const rangeOf = (port: number): number => Math.floor(port / 100);

/** What a process of its own draws, made to begin its search where this one did. */
async function drawnElsewhere(): Promise<number> {
  const source = `
    Object.defineProperty(process, "pid", { value: ${process.pid} });
    const { freePort } = await import(${JSON.stringify(PORTS)});
    console.log(await freePort());
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source]);
  return Number(stdout);
}

test("two processes whose numbers meet draw from different ranges", async () => {
  const own = await freePort();
  expect(rangeOf(await drawnElsewhere())).not.toBe(rangeOf(own));
});

test("one that somebody listens on is passed over", async () => {
  let drawn = await freePort();
  // The next two are of the same range, which is this process's own alone.
  while (drawn % 100 > 97) drawn = await freePort();
  const server = createServer().listen(drawn + 1, "127.0.0.1");
  await once(server, "listening");
  expect(await freePort()).toBe(drawn + 2);
  server.close();
});

test("none is drawn twice, however many are, and however many at once", async () => {
  const drawn = await Promise.all(Array.from({ length: 250 }, () => freePort()));
  expect(new Set(drawn).size).toBe(250);
  expect(drawn.every((port) => port % 100 !== 0)).toBe(true);
});
