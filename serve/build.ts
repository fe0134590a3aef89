/** Builds the product into `build/`, a folder that needs only workerd and Node, without packages. */
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { rootCertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import { entryModule } from "./build/entry.ts";
import { isFresh } from "./build/fresh.ts";
import { allEnded, nextFolder, removeNext, replace } from "./build/next-folder.ts";
import { buildPage } from "./build/page.ts";
import { buildPageFiles } from "./build/page-files.ts";
import { bundleWorker } from "./build/worker.ts";
import { workerdConfig } from "./build/workerd-config.ts";
import { SettingsError } from "./settings/gather.ts";
import { CERTIFICATES } from "./workerd.ts";

/** The product's sources; the page's own sources are represented by `dist/index.html`, which is built from them. */
const SOURCES = [
  "dist/index.html",
  "worker/**/*.ts",
  "client/**/*.ts",
  "contract/**/*.ts",
  "serve/**/*.ts",
  "wrangler.toml",
  "package-lock.json",
];

/** The folder of the built product. */
export const productFolder = (root: string): string => join(root, "build");

/** Error codes of a clone that belongs to another user or is read-only, and of a full disk. */
const NOT_WRITABLE = /^(?:EACCES|EPERM|EROFS|ENOSPC|EDQUOT)$/;

/**
 * Builds the page and the product, and skips each that is newer than its sources.
 * @throws SettingsError when the clone or disk can't be written; Error for any other build failure
 */
export async function buildProduct(root: string): Promise<void> {
  try {
    await buildBoth(root);
  } catch (error) {
    const { code = "", path = root } = error as NodeJS.ErrnoException;
    if (!NOT_WRITABLE.test(code)) throw error;
    throw new SettingsError([
      `${path} can't be written (${code}), so the build can't run: free disk space, give this user write access, or use your own clone`,
    ]);
  }
}

async function buildBoth(root: string): Promise<void> {
  await buildPage(root);
  if (isFresh(root, "build/config.capnp", SOURCES)) return;
  // Built in a folder beside `build/` and swapped in whole, so a process that runs from `build/` never sees half a build.
  const folder = await nextFolder(root);
  try {
    await fill(root, folder);
    await replace(folder, productFolder(root));
  } finally {
    await removeNext(folder);
  }
}

async function fill(root: string, folder: string): Promise<void> {
  // Imported late: wrangler's reader takes a second to load, which a start with a fresh build must not pay.
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
  await writeFile(join(folder, CERTIFICATES), `${rootCertificates.join("\n")}\n`);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  // Written last: isFresh compares this file's time with the sources.
  await writeFile(join(folder, "config.capnp"), workerdConfig(worker, files));
}

/** Returns a function that bundles one of our files, with everything it imports, into `outDir`. */
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
