import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { SettingsError } from "../serve/settings/gather.ts";

/** Where `npm run setup` and wrangler keep the settings of this machine, in the folder that `npm start` runs in. */
export const DEV_VARS = ".dev.vars";

/** What stands there; nothing when there is no such file. @throws SettingsError when it can't be read */
export function readDevVars(folder = ""): NodeJS.ProcessEnv {
  const file = join(folder, DEV_VARS);
  try {
    return existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError([`${file} can't be read (${code}): make it a file that this user may read`]);
  }
}

/** A setting as a line of that file; null when it can't be one. Dotenv has no escapes, so a quote that the value doesn't hold is looked for. */
export function devVar(name: string, value: string): string | null {
  if (/^[\w:/.,-]+$/.test(value)) return `${name}=${value}`;
  const quote = ["'", '"', "`"].find((one) => !value.includes(one));
  if (quote === undefined || /[\r\n\\]/.test(value)) return null;
  return `${name}=${quote}${value}${quote}`;
}
