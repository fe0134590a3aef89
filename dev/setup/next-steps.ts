import { join } from "node:path";
import { streamNameOf } from "../../contract/feed.ts";
import type { Feed } from "../../worker/config.ts";
import { CREDENTIALS, SIGNING_KEY_FILE } from "./deployment.ts";
import type { NewDeployment } from "./options.ts";
import type { ServerConfig } from "./server-config.ts";

/** Where `npm start` serves the page unless PORT says otherwise. */
const TRIAL_ORIGIN = "http://localhost:8787";

/** What was written, and for what. */
export interface Written extends Pick<NewDeployment, "folder" | "origin" | "tls" | "clusterPort"> {
  /** The settings that aren't secret. */
  readonly plain: Readonly<Record<string, string>>;
  readonly configs: readonly ServerConfig[];
  readonly feeds: readonly Feed[];
}

/** What to do with the files. The secret is piped from its file: nothing printed here is one. */
export function nextSteps({ folder, origin, tls, clusterPort, plain, configs, feeds }: Written): string {
  const at = (path: string): string => inShell(join(folder, path));
  const inFolder = join(folder) === "." ? "" : ` --folder ${inShell(folder)}`;
  const isTcpLocal = configs.every((one) => one.isTcpLocal);
  const streams = new Map<string, Feed>();
  for (const feed of feeds) {
    const name = streamNameOf(feed);
    if (name !== null && feed.kv === undefined) streams.set(name, feed);
  }
  return [
    `written: ${at(".dev.vars")}, ${at("nats/")} (keys: only you can read them, and nobody can make them again)`,
    "",
    configs.length === 1
      ? "on the NATS machine, which needs no other of these files:"
      : `on the NATS machines, which need no other of these files (port ${clusterPort} and on between them is for no one else):`,
    ...configs.map(({ path }) => `  nats-server -c ${at(path)}`),
    `publishers log in with ${at(CREDENTIALS.publisher)}`,
    ...(isTcpLocal && tls === null
      ? ["(from that machine, for without --tls-cert their port is open to no other)"]
      : []),
    ...[...streams].flatMap(([name, { subject }]) => [
      "",
      `once it runs, for the feeds of the stream ${name}:`,
      `  npm run setup -- stream ${inShell(name)} ${inShell(subject)}${inFolder}`,
    ]),
    "",
    "to try it here:",
    `  ${inFolder === "" ? "" : `cp -i ${at(".dev.vars")} . && `}npm start`,
    ...(origin === null || origin === TRIAL_ORIGIN
      ? []
      : [`(NATS lets only pages of ${origin} in: add what npm start prints to allowed_origins first)`]),
    "to deploy:",
    `  ${secretCommand(folder)}`,
    `  ${deployCommand(origin === null ? plain : { ...plain, PUBLIC_URL: origin })}`,
    "",
  ].join("\n");
}

/** Hands the worker its signing key. */
export function secretCommand(folder: string): string {
  return `npx wrangler secret put NATS_SIGNING_KEY < ${inShell(join(folder, SIGNING_KEY_FILE))}`;
}

/** Deploys with these settings. */
export function deployCommand(plain: Readonly<Record<string, string>>): string {
  const vars = Object.entries(plain).map(([name, value]) => `--var ${inShell(`${name}:${value}`)}`);
  return `npm run deploy -- ${vars.join(" ")}`;
}

/** A word that a POSIX shell takes as it is. */
function inShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
