/** Builds the product into `build/`: a folder that workerd and a Node without any packages run. */
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { entryModule } from "./build/entry.ts";
import { isFresh } from "./build/fresh.ts";
import { allEnded, nextFolder, removeNext, replace } from "./build/next-folder.ts";
import { buildPage } from "./build/page.ts";
import { buildPageFiles } from "./build/page-files.ts";
import { bundleWorker } from "./build/worker.ts";
import { workerdConfig } from "./build/workerd-config.ts";
import { SettingsError } from "./settings/gather.ts";

/** Beside what the page is made of, which `dist/` is as new as. */
const SOURCES = [
  "dist/index.html",
  "worker/**/*.ts",
  "client/**/*.ts",
  "contract/**/*.ts",
  "serve/**/*.ts",
  "wrangler.toml",
  "package-lock.json",
];

/** Where the built product is. */
export const productFolder = (root: string): string => join(root, "build");

/** Codes of a clone that is another user's or can't be written, and of a disk that is full. */
const NOT_WRITABLE = /^(?:EACCES|EPERM|EROFS|ENOSPC|EDQUOT)$/;

/**
 * Builds the page and the product, each unless it is newer than everything it is made of.
 * @throws SettingsError where nothing can be written there; Error that says what else can't be built
 */
export async function buildProduct(root: string): Promise<void> {
  try {
    await buildBoth(root);
  } catch (error) {
    const { code = "", path = root } = error as NodeJS.ErrnoException;
    if (!NOT_WRITABLE.test(code)) throw error;
    throw new SettingsError([
      `${path} can't be written (${code}), so that nothing can be built: make room or let this user write there, or work in a clone of your own`,
    ]);
  }
}

async function buildBoth(root: string): Promise<void> {
  await buildPage(root);
  if (isFresh(root, "build/config.capnp", SOURCES)) return;
  // Made beside and put in its place whole: what runs from there, or starts meanwhile, never sees half of it.
  const folder = await nextFolder(root);
  try {
    await fill(root, folder);
    await replace(folder, productFolder(root));
  } finally {
    await removeNext(folder);
  }
}

async function fill(root: string, folder: string): Promise<void> {
  // wrangler's own reader takes a second to load, which nobody who has a fresh build should wait for.
  const { describeWorker } = await import("./build/worker-description.ts");
  const bundle = await bundler(root, folder);
  const bundled = join(folder, "bundled");
  await allEnded<unknown>([
    bundleWorker(root, bundled),
    bundle("serve/runtime/index.ts", "runtime.js"),
    bundle("serve/main.ts", "serve.js"),
    bundle("serve/health.ts", "health.js"),
  ]);
  await rename(join(bundled, "index.js"), join(folder, "worker.js"));
  await rename(join(bundled, "meta.json"), join(folder, "meta.json"));
  await rm(bundled, { recursive: true });
  const files = await buildPageFiles(join(root, "dist"), folder);
  const worker = describeWorker(root);
  await writeFile(join(folder, "entry.js"), entryModule(worker, files));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  // Last, because its time is what a fresh build is known by.
  await writeFile(join(folder, "config.capnp"), workerdConfig(worker, files));
}

/** Puts files of ours into `outDir`, each with everything that it imports. */
async function bundler(root: string, outDir: string) {
  const { build } = await import("vite");
  return (entry: string, name: string) =>
    build({
      configFile: false,
      root,
      logLevel: "error",
      publicDir: false,
      ssr: { noExternal: true },
      build: {
        ssr: entry,
        outDir,
        emptyOutDir: false,
        target: "es2023",
        rolldownOptions: { output: { entryFileNames: name, codeSplitting: false } },
      },
    });
}

if (basename(process.argv[1] ?? "") === "build.ts") {
  await buildProduct(fileURLToPath(new URL("..", import.meta.url))).catch((error: Error) => {
    process.stderr.write(`${error instanceof SettingsError ? error.message : error.stack}\n`);
    process.exit(1);
  });
}
