import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { afterEach, expect, test, vi } from "vitest";

/** Bytes of gzip; the same figures as the bench's `shell-js` and `first-load-js`. */
const SHELL_BYTES = 25_600;
const FIRST_LOAD_BYTES = 92_160;

afterEach(() => {
  vi.unstubAllEnvs();
});

type Chunks = ReadonlyMap<string, Rolldown.OutputChunk>;

async function chunksOf(): Promise<Chunks> {
  // Otherwise Vite would build what a developer needs, and not what a reader loads.
  vi.stubEnv("NODE_ENV", "production");
  const configFile = fileURLToPath(new URL("../../vite.config.ts", import.meta.url));
  const built = await build({ configFile, mode: "production", logLevel: "silent", build: { write: false } });
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  return new Map(output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])));
}

/** The chunks that a chunk can't run without, itself among them. */
function withImports(chunks: Chunks, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const imported of chunks.get(name)?.imports ?? []) withImports(chunks, imported, found);
  return found;
}

function gzipBytes(chunks: Chunks, names: Iterable<string>): number {
  let bytes = 0;
  for (const name of names) bytes += gzipSync(chunks.get(name)?.code ?? "", { level: 9 }).length;
  return bytes;
}

function named(chunks: Chunks, name: RegExp): string {
  const found = [...chunks.keys()].find((fileName) => name.test(fileName));
  if (found === undefined) throw new Error(`no chunk is named ${name}`);
  return found;
}

test("the shell paints from at most 25 KiB, without nats.ws; with the dashboard live it is at most 90 KiB", {
  timeout: 60_000,
}, async () => {
  const chunks = await chunksOf();
  const entry = [...chunks.values()].find((chunk) => chunk.isEntry)?.fileName ?? "";
  const shell = withImports(chunks, entry);
  expect([...shell].some((name) => /nats/.test(name))).toBe(false);
  expect(gzipBytes(chunks, shell)).toBeLessThanOrEqual(SHELL_BYTES);

  const firstLoad = new Set(shell);
  for (const name of [/dashboard-/, /nats-/]) withImports(chunks, named(chunks, name), firstLoad);
  expect(gzipBytes(chunks, firstLoad)).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
});
