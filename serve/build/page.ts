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

/** Builds the page into `dist/` unless it is newer than everything it is made of. */
export async function buildPage(root: string): Promise<void> {
  if (isFresh(root, "dist/index.html", SOURCES)) return;
  // Only who builds waits until vite is loaded.
  const { build } = await import("vite");
  await build({ configFile: join(root, "vite.config.ts"), root: join(root, "site"), logLevel: "error" });
}
