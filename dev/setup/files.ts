import { lstat, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual, parseEnv } from "node:util";
import { devVar } from "../dev-vars.ts";
import { SetupError } from "./error.ts";

/** A file to write, its place given from the deployment's folder. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** What `.dev.vars` says of one setting: a value in quotes may have several lines. */
const SETTING =
  /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:'[^']*'|"[^"]*"|`[^`]*`|[^\r\n]*)[^\r\n]*(?:\r?\n|$)/gm;

/**
 * Settings as the text of `.dev.vars`.
 * @param before the text that is there: what the settings don't change stays as somebody wrote it
 * @throws SetupError when a value can't stand in it
 */
export function settingsText(settings: Readonly<Record<string, string>>, before = ""): string {
  const is = parseEnv(before);
  const rest = new Map(Object.entries(settings));
  const kept = before.replace(SETTING, (line: string, name: string) => {
    const value = settings[name];
    rest.delete(name);
    if (value === undefined) return "";
    return is[name] === value ? line : settingLine([name, value]);
  });
  const added = [...rest].map(settingLine).join("");
  const text = kept.replace(/[^\n]$/, "$&\n") + added;
  return isDeepStrictEqual({ ...parseEnv(text) }, settings)
    ? text
    : Object.entries(settings).map(settingLine).join("");
}

function settingLine([name, value]: readonly [string, string]): string {
  const line = devVar(name, value);
  if (line !== null) return `${line}\n`;
  throw new SetupError(`${name} has a line's end, a backslash or all kinds of quotes: do without them`);
}

/**
 * Writes new files for this user alone; all of them, or none.
 * @throws SetupError when one is there already: keys that are lost can't be made again; or when one can't be written
 */
export async function writeNewFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path } of files) {
    const isThere = await lstat(join(folder, path)).catch(() => null);
    if (isThere !== null) {
      throw new SetupError(`${join(folder, path)} is there already: move it away, or give another --folder`);
    }
  }
  const made: string[] = [];
  for (const { path, text } of files) {
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      // "wx": a file that came up meanwhile isn't overwritten either, nor taken for one of ours.
      const handle = await open(file, "wx", 0o600);
      made.push(file);
      await handle.writeFile(text).finally(() => handle.close());
    } catch (error) {
      for (const one of made) await rm(one, { force: true });
      throw notWritten(file, error);
    }
  }
}

/**
 * Replaces a file in one step, for this user alone: it is the old one or the new one, never half of either.
 * @throws SetupError when it can't be written
 */
export async function replaceFile(folder: string, { path, text }: PlannedFile): Promise<void> {
  const file = join(folder, path);
  const partial = `${file}.${process.pid}`;
  try {
    await writeFile(partial, text, { mode: 0o600, flag: "wx" });
    await rename(partial, file);
  } catch (error) {
    throw notWritten(file, error);
  } finally {
    await rm(partial, { force: true });
  }
}

function notWritten(file: string, error: unknown): SetupError {
  return new SetupError(
    `${file} can't be written (${(error as NodeJS.ErrnoException).code}): see to its folder`,
  );
}
