import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** Where `npm run setup` and wrangler keep the settings of this machine, in the folder that `npm start` runs in. */
export const DEV_VARS = ".dev.vars";

/** What stands there; nothing when there is no such file. */
export function readDevVars(): NodeJS.ProcessEnv {
  return existsSync(DEV_VARS) ? parseEnv(readFileSync(DEV_VARS, "utf8")) : {};
}
