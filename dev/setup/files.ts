import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { DEV_VARS, devVar } from "../dev-vars.ts";
import { SetupError } from "./error.ts";

/** A file to write, its place given from the deployment's folder. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** What `.dev.vars` says of one setting, and what stands after it: a value in quotes may have several lines. */
const SETTING =
  /^[ \t]*(?:export +)?([^\s=#][^=\r\n]*?)[ \t]*=[ \t]*(?:'[^']*'|"[^"]*"|`[^`]*`|[^\r\n#]*?(?=[ \t]*[#\r\n]|[ \t]*$))([^\r\n]*(?:\r?\n|$))/gm;

/**
 * Settings as the text of `.dev.vars`.
 * @param before the text that is there: what the settings don't change stays as somebody wrote it
 * @throws SetupError when a value can't stand in it, or something else would no longer say what it says
 */
export function settingsText(settings: Readonly<Record<string, string>>, before = ""): string {
  const is = parseEnv(before);
  // Node finds settings where this doesn't, as after a byte order mark: those are there all the same.
  const added = new Map(Object.entries(settings).filter(([name, value]) => is[name] !== value));
  const kept = before.replace(SETTING, (all: string, name: string, after: string) => {
    const value = settings[name];
    added.delete(name);
    if (value === is[name]) return all;
    // What Node passes over behind a closing quote would be part of a value without quotes.
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
  throw new SetupError(
    `${name} contains a line break, a backslash or all three kinds of quotes: remove them`,
  );
}

/**
 * Writes new files for this user alone; all of them, or none.
 * @throws SetupError when one is there already: keys that are lost can't be made again; or when one can't be written
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
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeNew(file, text, made);
    } catch (error) {
      for (const one of made) await rm(one, { force: true });
      throw notWritten(file, error);
    }
  }
}

/**
 * Replaces files for this user alone; all of them, or none: each is written whole beside its place before the first takes it.
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
 * Writes a file that isn't there yet.
 * @param made gets it as soon as it is there, written in part too: what holds a secret can then be taken away again
 */
async function writeNew(file: string, text: string, made: string[]): Promise<void> {
  // "wx": a file that came up meanwhile isn't overwritten either, nor taken for one of ours.
  const handle = await open(file, "wx", 0o600);
  made.push(file);
  await handle.writeFile(text).finally(() => handle.close());
}

function notWritten(file: string, error: unknown): SetupError {
  return new SetupError(
    `${file} can't be written (${(error as NodeJS.ErrnoException).code}): check its folder`,
  );
}
