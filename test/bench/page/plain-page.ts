import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";

/** The plain way's page, served on loopback. */
export interface PlainPage {
  readonly url: string;
  stop(): Promise<void>;
}

/** Builds the plain way's page as ours is built, and serves it. */
export async function servePlainPage(): Promise<PlainPage> {
  const root = join(import.meta.dirname, "plain");
  const outDir = await mkdtemp(join(tmpdir(), "mycelium-plain-"));
  const shared = { configFile: false, root, logLevel: "error" } as const;
  await build({ ...shared, build: { outDir, emptyOutDir: true, target: "es2023" } });
  const server = await preview({ ...shared, build: { outDir }, preview: { host: "127.0.0.1", port: 0 } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("the plain page is served nowhere");
  return {
    url,
    async stop() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
