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
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(path, lines.join(""), { mode: 0o600 });
  } catch (error) {
    // On a disk that is full, a part of them would stay.
    await remove();
    throw error;
  }
  return { path, remove };
}

/**
 * What a value has to be like for wrangler's dotenv to read it back from between these quotes, or from none. It knows no
 * escapes but \n and \r between the double ones; a backslash at the end hides any quote.
 */
const FORMS = {
  "'": /^[^'\r]*(?<!\\)$/,
  "`": /^[^`\r]*(?<!\\)$/,
  '"': /^[^"\r\\]*$/,
  "": /^[^\s'"`#](?:[^\r\n#]*[^\s#])?$/,
};

/** A value as wrangler reads it back; null where it can't: a `$` begins a variable's name but for a backslash before it. */
function quoted(value: string): string | null {
  const form = Object.entries(FORMS).find(([, fits]) => fits.test(value));
  return form === undefined ? null : `${form[0]}${value.replaceAll("$", "\\$")}${form[0]}`;
}
