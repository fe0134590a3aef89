import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { leanNats } from "../../../dev/build/lean-nats.ts";
import { ROOT } from "../../support/tools/cache.ts";
import { type Figure, single } from "../figure.ts";

/** The client's entry, and its part that loads with the first feed by sequence. */
const CLIENT = join(ROOT, "client/index.ts");
const SEQUENCE = join(ROOT, "client/sequence/index.ts");

/** Sizes of a page with only the client: what it loads for live feeds, and what feeds by sequence add. */
export async function* bundles(): AsyncIterable<Figure> {
  const chunks = await bundled();
  const feeds = chunks.filter(({ facadeModuleId }) => facadeModuleId === SEQUENCE);
  const isLater = ({ moduleIds }: Rolldown.OutputChunk) =>
    moduleIds.some((id) => id.includes("client/sequence/"));
  const live = chunks.filter((chunk) => !isLater(chunk) || chunk.isEntry);
  if (feeds.length !== 1 || !live.some(({ isEntry }) => isEntry))
    throw new Error("the build's chunks aren't the expected ones");
  for (const chunk of chunks) {
    process.stderr.write(`${chunk.isEntry ? "client" : chunk.name}: ${gzipped([chunk])} bytes gzip\n`);
  }
  yield single("client-bundle", gzipped(live), "bytes gzip");
  yield single("sequence-bundle", gzipped(feeds), "bytes gzip");
}

/** Builds like the page's build: with nats.ws, without its unused parts. */
async function bundled(): Promise<readonly Rolldown.OutputChunk[]> {
  const entry = "client-alone";
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    plugins: [
      leanNats(),
      {
        name: entry,
        resolveId: (id) => (id === entry ? `\0${entry}` : null),
        load: (id) =>
          id === `\0${entry}`
            ? `import { MyceliumClient } from ${JSON.stringify(CLIENT)}; window.client = new MyceliumClient(window.options);`
            : null,
      },
    ],
    build: {
      write: false,
      target: "es2023",
      modulePreload: false,
      rolldownOptions: { input: entry },
    },
  });
  const outputs = [result].flat() as Rolldown.RolldownOutput[];
  return outputs.flatMap(({ output }) => output.filter((one) => one.type === "chunk"));
}

function gzipped(chunks: readonly Rolldown.OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}
