import { lstat, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { makeFolder } from "../../serve/settings.ts";
import { DEV_VARS, devVar } from "../dev-vars.ts";
import { SetupError } from "./error.ts";

/** A file to write; its path is relative to the deployment's folder. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** One setting in `.dev.vars`; captures its name and the rest of its line. A quoted value may span several lines. */
const SETTING =
  /^[ \t]*(?:export +)?([^\s=#][^=\r\n]*?)[ \t]*=[ \t]*(?:'[^']*'|"[^"]*"|`[^`]*`|[^\r\n#]*?(?=[ \t]*[#\r\n]|[ \t]*$))([^\r\n]*(?:\r?\n|$))/gm;

/**
 * The text of `.dev.vars` with these settings.
 * @param before the current text: lines that don't change stay as they were written
 * @throws SetupError when a value can't be written, or when another setting would change with it
 */
export function settingsText(settings: Readonly<Record<string, string>>, before = ""): string {
  const current = parseEnv(before);
  // Node's parser finds settings that SETTING misses, as after a byte order mark: those must not be added again.
  const added = new Map(Object.entries(settings).filter(([name, value]) => current[name] !== value));
  const kept = before.replace(SETTING, (all: string, name: string, after: string) => {
    const value = settings[name];
    added.delete(name);
    if (value === current[name]) return all;
    // Node ignores text behind a closing quote, but it would become part of an unquoted value.
    const rest = after.replace(/^[ \t]*[^#\s][^\r\n]*/, "");
    return value === undefined ? "" : settingText([name, value]) + rest;
  });
  const lines = [...added].map((one) => `${settingText(one)}\n`);
  const text = kept.replace(/[^\n]$/, "$&\n") + lines.join("");
  const reads = parseEnv(text);
  const spoilt = Object.keys({ ...settings, ...reads }).find((name) => reads[name] !== settings[name]);
  if (spoilt === undefined) return text;
  const line = before.split("\n").findIndex((one) => Object.hasOwn(parseEnv(one), spoilt)) + 1;
  throw new SetupError(
    `${DEV_VARS} can't be changed without changing ${spoilt} (line ${line}): quote its value with a kind of quote that it doesn't contain`,
  );
}

function settingText([name, value]: readonly [string, string]): string {
  const text = devVar(name, value);
  if (text !== null) return text;
  throw new SetupError(`${name} contains a line break, a backslash or all kinds of quotes: remove them`);
}

/**
 * Writes new files, readable only by this user; all of them, or none.
 * @throws SetupError when one can't be written or already exists: overwritten keys can't be recreated
 */
export async function writeNewFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path } of files) {
    const isThere = await lstat(join(folder, path)).catch(() => null);
    if (isThere !== null) {
      throw new SetupError(`${join(folder, path)} already exists: move it away, or give another --folder`);
    }
  }
  const made: string[] = [];
  for (const { path, text } of files) {
    const file = join(folder, path);
    try {
      makeFolder(dirname(file), 0o700);
      await writeNew(file, text, made);
    } catch (error) {
      for (const one of made) await rm(one, { force: true });
      throw notWritten(file, error);
    }
  }
}

/**
 * Replaces files, readable only by this user; all of them, or none: all are written beside their places before the first
 * is renamed.
 * @throws SetupError when one can't be written
 */
export async function replaceFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  const partials: string[] = [];
  const each = async (act: (file: string, partial: string, text: string) => Promise<void>): Promise<void> => {
    for (const { path, text } of files) {
      const file = join(folder, path);
      await act(file, `${file}.${process.pid}`, text).catch((error) => {
        throw notWritten(file, error);
      });
    }
  };
  try {
    await each((_file, partial, text) => writeNew(partial, text, partials));
    await each((file, partial) => rename(partial, file));
  } finally {
    for (const partial of partials) await rm(partial, { force: true });
  }
}

/**
 * Writes a file that doesn't exist yet.
 * @param made receives the path as soon as the file exists, so that the caller can remove a partly written secret
 */
async function writeNew(file: string, text: string, made: string[]): Promise<void> {
  // "wx" fails for a file that another process has just created, so it is neither overwritten nor removed.
  const handle = await open(file, "wx", 0o600);
  made.push(file);
  await handle.writeFile(text).finally(() => handle.close());
}

function notWritten(file: string, error: unknown): SetupError {
  return new SetupError(
    `${file} can't be written (${(error as NodeJS.ErrnoException).code}): check its folder`,
  );
}
