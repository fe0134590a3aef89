import { join } from "node:path";
import { NATS_CONFIG_FILE, PUBLISHER_FILE, plainSettings, SIGNING_KEY_FILE } from "./files.ts";
import type { Trust } from "./trust.ts";
import type { Wishes } from "./wishes.ts";

/** What to do with the files. The secret is piped from its file: nothing printed here is one. */
export function nextSteps(wishes: Wishes, trust: Trust): string {
  const at = (path: string): string => join(wishes.folder, path);
  const vars = Object.entries(plainSettings(wishes, trust)).map(([name, value]) => `--var ${name}:${value}`);
  return `written: ${at(".dev.vars")}, ${at("nats/")} (keys: only you can read them, and nobody can make them again)

on the NATS machine:
  nats-server -c ${at(NATS_CONFIG_FILE)}
publishers log in with ${at(PUBLISHER_FILE)}

to try it here:
  npm start
to deploy:
  npx wrangler secret put NATS_SIGNING_KEY < ${at(SIGNING_KEY_FILE)}
  npm run deploy -- ${vars.join(" ")}
`;
}
