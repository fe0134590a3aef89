import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const SOURCES = ["site/**/*", "client/**/*.ts", "dev/build/*.ts", "vite.config.ts", "package-lock.json"];

/** Builds the page unless `dist/` is newer than everything it is made of. */
export async function buildPage(root: string): Promise<void> {
  const builtAtMs = modifiedAtMs(join(root, "dist/index.html"));
  const isFresh = globSync(SOURCES, { cwd: root }).every(
    (file) => modifiedAtMs(join(root, file)) <= builtAtMs,
  );
  if (isFresh) return;
  await build({ configFile: join(root, "vite.config.ts"), root: join(root, "site"), logLevel: "error" });
}

function modifiedAtMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
