import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";

/** A test's own page, served on loopback. */
export interface ServedPage {
  readonly url: string;
  stop(): Promise<void>;
}

/** Builds the page in the folder `root` as the product's page is built, and serves it. */
export async function serveFolder(root: string): Promise<ServedPage> {
  const outDir = await mkdtemp(join(tmpdir(), "mycelium-page-"));
  const shared = { configFile: false, root, logLevel: "error" } as const;
  await build({ ...shared, build: { outDir, emptyOutDir: true, target: "es2023" } });
  const server = await preview({ ...shared, build: { outDir }, preview: { host: "127.0.0.1", port: 0 } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error(`Vite serves the page of ${root} at no local address`);
  return {
    url,
    async stop() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
