import { join } from "node:path";
import { isFresh } from "./fresh.ts";

const SOURCES = [
  "site/**/*",
  "client/**/*.ts",
  "contract/**/*.ts",
  "dev/build/*.ts",
  "vite.config.ts",
  "package-lock.json",
];

/** Builds the page into `dist/` unless `dist/` is newer than the page's sources. */
export async function buildPage(root: string): Promise<void> {
  if (isFresh(root, "dist/index.html", SOURCES)) return;
  // Imported late: vite is slow to load, and a fresh build doesn't need it.
  const { build } = await import("vite");
  await build({ configFile: join(root, "vite.config.ts"), root: join(root, "site"), logLevel: "error" });
}
