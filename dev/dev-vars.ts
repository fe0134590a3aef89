import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { SettingsError } from "../serve/settings/gather.ts";

/** File in the working directory with this machine's settings; `npm run setup` writes it, `npm start` and wrangler read it. */
export const DEV_VARS = ".dev.vars";

/** The variables in `.dev.vars`; none when the file doesn't exist. @throws SettingsError when it can't be read */
export function readDevVars(folder = ""): NodeJS.ProcessEnv {
  const file = join(folder, DEV_VARS);
  try {
    return existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError([`${file} can't be read (${code}): make it a file that this user may read`]);
  }
}

/** A setting as a line of `.dev.vars`; null when impossible: dotenv has no escapes, so some quote must be absent from the value. */
export function devVar(name: string, value: string): string | null {
  if (/^[\w:/.,-]+$/.test(value)) return `${name}=${value}`;
  const quote = ["'", '"', "`"].find((one) => !value.includes(one));
  if (quote === undefined || /[\r\n\\]/.test(value)) return null;
  return `${name}=${quote}${value}${quote}`;
}
