import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** Where `npm run setup` and wrangler keep the settings of this machine, in the folder that `npm start` runs in. */
export const DEV_VARS = ".dev.vars";

/** What stands there; nothing when there is no such file. */
export function readDevVars(): NodeJS.ProcessEnv {
  return existsSync(DEV_VARS) ? parseEnv(readFileSync(DEV_VARS, "utf8")) : {};
}

/** A setting as a line of that file; null when it can't be one. Dotenv has no escapes, so a quote that the value doesn't hold is looked for. */
export function devVar(name: string, value: string): string | null {
  if (/^[\w:/.,-]+$/.test(value)) return `${name}=${value}`;
  const quote = ["'", '"', "`"].find((one) => !value.includes(one));
  if (quote === undefined || /[\r\n\\]/.test(value)) return null;
  return `${name}=${quote}${value}${quote}`;
}
