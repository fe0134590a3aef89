import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

/** Sizes of the scripts that a browser loads first, in gzip bytes. */
export interface ScriptSizes {
  /** Scripts that the first paint needs. */
  readonly shellBytes: number;
  readonly shellFiles: readonly string[];
  /** Shell, dashboard, nats.ws and the validation of the worker's responses together. */
  readonly firstLoadBytes: number;
}

type Chunks = ReadonlyMap<string, Rolldown.OutputChunk>;

/** Builds the page for production without writing it, and measures its scripts. */
export async function measureScripts(): Promise<ScriptSizes> {
  const chunks = await chunksOf();
  const entry = [...chunks.values()].find((chunk) => chunk.isEntry)?.fileName ?? "";
  const shell = withImports(chunks, entry);
  const firstLoad = new Set(shell);
  for (const name of [/dashboard-/, /nats-/, /answers-/]) {
    for (const chunk of named(chunks, name)) withImports(chunks, chunk, firstLoad);
  }
  return {
    shellBytes: gzipBytes(chunks, shell),
    shellFiles: [...shell],
    firstLoadBytes: gzipBytes(chunks, firstLoad),
  };
}

async function chunksOf(): Promise<Chunks> {
  const configFile = fileURLToPath(new URL("../../vite.config.ts", import.meta.url));
  const given = process.env.NODE_ENV;
  // With another NODE_ENV, such as the test runner's, Vite would make a development build.
  process.env.NODE_ENV = "production";
  try {
    const built = await build({
      configFile,
      mode: "production",
      logLevel: "silent",
      build: { write: false },
    });
    const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
    return new Map(output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])));
  } finally {
    if (given === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = given;
  }
}

/** A chunk and all chunks that it imports statically. */
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

/** Chunks whose file name matches: a part may be split into an entry and a shared chunk of the same name. */
function named(chunks: Chunks, name: RegExp): readonly string[] {
  const found = [...chunks.keys()].filter((fileName) => name.test(fileName));
  if (found.length === 0) throw new Error(`no chunk is named ${name}`);
  return found;
}
