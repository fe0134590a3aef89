import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SettingsError } from "../serve/settings/gather.ts";
import { SECRET_SETTINGS, type Settings } from "../worker/config.ts";
import { DEV_VARS, devVar } from "./dev-vars.ts";

/** The files that wrangler is to read secrets from: arguments of a process can be read by everybody. */
export interface SecretFiles {
  readonly files: readonly string[];
  /** Removes what was written. */
  remove(): Promise<void>;
}

/**
 * Writes secrets that wrangler wouldn't find where only this user and wrangler read them.
 * @throws SettingsError when a secret can't be written in a form that wrangler reads back
 */
export async function writeSecrets(settings: Settings): Promise<SecretFiles> {
  const lines = SECRET_SETTINGS.flatMap((name) => {
    const value = settings[name];
    if (value === undefined) return [];
    const line = devVar(name, value);
    if (line === null) {
      throw new SettingsError([`${name} has characters that can't be passed on: put it into ${DEV_VARS}`]);
    }
    return [line];
  });
  // wrangler looks for it by itself only until it is given files, and only beside its configuration.
  const usual = existsSync(DEV_VARS) ? [resolve(DEV_VARS)] : [];
  if (lines.length === 0) return { files: usual, remove: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "mycelium-secrets-"));
  const file = join(folder, "vars");
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  return {
    files: [...usual, file],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
