import { createHash, randomUUID } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Folder of fetched tools; ignored by git. */
export const CACHE = join(ROOT, ".cache");

/** Runs `work` with a new temporary folder inside the cache, and removes the folder afterwards. */
export async function inScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, "fetch-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies an executable into the cache in one step, so that other processes never see half a file. */
export async function install(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  // Several projects of one process may install the same tool, each with its own copy of this module.
  const partial = `${to}.${randomUUID()}`;
  await copyFile(from, partial);
  await chmod(partial, 0o755);
  await rename(partial, to);
}

/** @throws Error that names the file and both hashes if they differ */
export async function checkSha256(file: string, pinned: string): Promise<void> {
  const found = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  if (found !== pinned) throw new Error(`${basename(file)} has sha256 ${found}, pinned is ${pinned}`);
}
