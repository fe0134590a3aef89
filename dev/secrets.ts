import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SettingsError } from "../serve/settings/gather.ts";
import { SECRET_SETTINGS, type Settings } from "../worker/config.ts";

/** The file that wrangler is to read secrets from: arguments of a process can be read by everybody. */
export interface SecretFile {
  readonly path: string;
  /** Removes what was written. */
  remove(): Promise<void>;
}

/**
 * Writes all secrets where only this user and wrangler read them; once given a file, wrangler looks for no other.
 * @throws SettingsError when a secret can't be written in a form that wrangler reads back
 */
export async function writeSecrets(settings: Settings): Promise<SecretFile> {
  const lines = SECRET_SETTINGS.flatMap((name) => {
    const value = settings[name];
    if (value === undefined) return [];
    const text = quoted(value);
    if (text === null) {
      throw new SettingsError([`${name} has characters that can't be passed on to wrangler: give another`]);
    }
    return [`${name}=${text}\n`];
  });
  const folder = await mkdtemp(join(tmpdir(), "mycelium-secrets-"));
  const path = join(folder, "vars");
  await writeFile(path, lines.join(""), { mode: 0o600 });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * A value as wrangler's dotenv reads it back; null where it can't. Between these quotes a `$` begins a variable's name
 * unless it has a backslash before it, and a backslash at the end hides the quote; all else stands for itself.
 */
function quoted(value: string): string | null {
  const quote = ["'", "`"].find((one) => !value.includes(one));
  if (quote === undefined || /\r|\\$/.test(value)) return null;
  return `${quote}${value.replaceAll("$", "\\$")}${quote}`;
}
