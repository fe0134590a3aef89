import { join } from "node:path";
import { NATS_CONFIG_FILE, PUBLISHER_FILE, plainSettings, SIGNING_KEY_FILE } from "./files.ts";
import type { Trust } from "./trust.ts";
import type { Wishes } from "./wishes.ts";

/** Where `npm start` serves the page unless PORT says otherwise. */
const TRIAL_ORIGIN = "http://localhost:8787";

/** What to do with the files. The secret is piped from its file: nothing printed here is one. */
export function nextSteps(wishes: Wishes, trust: Trust): string {
  const { folder, origin } = wishes;
  const at = (path: string): string => inShell(join(folder, path));
  const vars = Object.entries(plainSettings(wishes, trust)).map(
    ([name, value]) => `--var ${inShell(`${name}:${value}`)}`,
  );
  const isHere = join(folder) === ".";
  return `written: ${at(".dev.vars")}, ${at("nats/")} (keys: only you can read them, and nobody can make them again)

on the NATS machine, which needs no other of these files:
  nats-server -c ${at(NATS_CONFIG_FILE)}
publishers log in with ${at(PUBLISHER_FILE)}

to try it here:
  ${isHere ? "" : `cp -i ${at(".dev.vars")} . && `}npm start
${origin === null || origin === TRIAL_ORIGIN ? "" : `(NATS lets only pages of ${origin} in: add what npm start prints to allowed_origins first)\n`}to deploy:
  npx wrangler secret put NATS_SIGNING_KEY < ${at(SIGNING_KEY_FILE)}
  npm run deploy -- ${vars.join(" ")}
`;
}

/** A word that a POSIX shell takes as it is. */
function inShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
