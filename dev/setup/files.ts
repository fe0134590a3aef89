import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { devVar } from "../dev-vars.ts";
import { SetupError } from "./error.ts";

/** A file to write, its place given from the deployment's folder. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** Settings as the text of `.dev.vars`. @throws SetupError when a value can't stand in it */
export function settingsText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      const line = devVar(name, value);
      if (line !== null) return `${line}\n`;
      throw new SetupError(`${name} has a line's end, a backslash or all kinds of quotes: do without them`);
    })
    .join("");
}

/**
 * Writes new files for this user alone; all of them, or none.
 * @throws SetupError when one is there already: keys that are lost can't be made again
 */
export async function writeNewFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path } of files) {
    const isThere = await lstat(join(folder, path)).catch(() => null);
    if (isThere !== null) {
      throw new SetupError(`${join(folder, path)} is there already: move it away, or give another --folder`);
    }
  }
  for (const { path, text } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // "wx": a file that came up meanwhile isn't overwritten either.
    await writeFile(file, text, { mode: 0o600, flag: "wx" });
  }
}

/** Replaces a file in one step, for this user alone: it is the old one or the new one, never half of either. */
export async function replaceFile(folder: string, { path, text }: PlannedFile): Promise<void> {
  const file = join(folder, path);
  const partial = `${file}.${process.pid}`;
  try {
    await writeFile(partial, text, { mode: 0o600, flag: "wx" });
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
