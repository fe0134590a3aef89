import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Figure, single } from "../figure.ts";
import { bundleWorker } from "./built-worker.ts";

/** The part of esbuild's metafile that is read. */
interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** What `wrangler deploy` would send, and how much of it is nats.ws before compression. */
export async function bundle(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "mycelium-bundle-"));
  try {
    await bundleWorker(folder);
    const code = await readFile(join(folder, "index.js"));
    const meta = JSON.parse(await readFile(join(folder, "meta.json"), "utf8")) as Metafile;
    const parts = Object.values(meta.outputs).flatMap(({ inputs }) => Object.entries(inputs));
    const ofNatsWs = parts.filter(([path]) => path.includes("node_modules/nats.ws/"));
    return [
      single("worker-bundle", gzipSync(code, { level: 9 }).length, "bytes gzip"),
      single(
        "worker-bundle-nats.ws",
        ofNatsWs.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0),
        "bytes",
      ),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
