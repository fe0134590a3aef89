import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildProduct, productFolder } from "../../../serve/build.ts";
import { ROOT } from "../../support/tools/cache.ts";
import { type Figure, single } from "../figure.ts";

/** The used part of esbuild's metafile. */
interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** The size of the bundle that `wrangler deploy` would send, and the share of nats.ws before compression. */
export async function bundle(): Promise<readonly Figure[]> {
  await buildProduct(ROOT);
  const folder = productFolder(ROOT);
  const code = await readFile(join(folder, "worker.js"));
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
}
