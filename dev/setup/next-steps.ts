import { isAbsolute, join } from "node:path";
import { streamNameOf } from "../../contract/feed.ts";
import { fileVariable } from "../../serve/settings/gather.ts";
import { type Feed, PLAIN_SETTINGS, SECRET_SETTINGS } from "../../worker/config.ts";
import type { Readable } from "./accounts.ts";
import { overexposed } from "./check/exposure.ts";
import { findingLines } from "./check/finding.ts";
import { isWorkingFolder, setupCommand, shellQuote, streamWords } from "./command.ts";
import { CREDENTIALS } from "./deployment.ts";
import { KEY_FILES } from "./keys.ts";
import type { NewDeployment } from "./options.ts";
import type { ServerConfig } from "./server-config.ts";
import { bucketOf, disjoint } from "./subjects.ts";

/** The origin of `npm start`'s page unless PORT is set. */
const TRIAL_ORIGIN = "http://localhost:8787";

/** A new deployment, after its files are written. */
export interface Written extends Readable, Pick<NewDeployment, "folder" | "origin" | "tls" | "clusterPort"> {
  readonly settings: Readonly<Record<string, string>>;
  readonly configs: readonly ServerConfig[];
}

/** The parts of a deployment that the deploy commands need. */
type Deployed = Pick<Written, "folder" | "settings" | "origin">;

/** Instructions for a new deployment. Secrets are piped from their files, so that none is printed. */
export function nextSteps(written: Written): string {
  const { folder, origin, tls, clusterPort, configs } = written;
  const at = (path: string): string => shellQuote(join(folder, path));
  const isTcpLocal = configs.every((one) => one.isTcpLocal);
  return [
    `wrote ${at(".dev.vars")} and ${at("nats/")} (keys: only you can read them, and lost ones can't be recreated)`,
    "",
    configs.length === 1
      ? "on the NATS machine, which needs only this file:"
      : `on the NATS machines, which need only these files (let nobody else reach their cluster ports, ${clusterPort} and up):`,
    ...configs.map(({ path }) => `  nats-server -c ${at(path)}`),
    `publishers connect with the credentials in ${at(CREDENTIALS.publisher)}`,
    ...(isTcpLocal && tls === null
      ? ["(only from that machine: without --tls-cert their port is closed to others)"]
      : []),
    ...[...streamsOf(written.feeds)].flatMap(([name, subjects]) => [
      "",
      `once NATS runs, create the stream ${name} that feeds read:`,
      `  ${setupCommand(streamWords(name, subjects), { folder })}`,
      ...overexposed(name, subjects, written).map((one) => findingLines([one]).trimEnd()),
    ]),
    "",
    "to try it on this machine:",
    `  ${isWorkingFolder(folder) ? "" : `cp -i ${at(".dev.vars")} . && `}npm start`,
    ...(origin === null || origin === TRIAL_ORIGIN
      ? []
      : [`(NATS accepts only pages of ${origin}: first add what npm start prints to allowed_origins)`]),
    "to deploy:",
    `  ${secretCommand(folder)}`,
    ...deployCommands(written).map((command) => `  ${command}`),
    "",
  ].join("\n");
}

/** Note beside a deploy command for a page that runs on this machine and reads `.dev.vars`. */
export const RUNS_HERE = "(a page that runs on this machine uses it after a restart)\n";

/** The command that gives the deployed worker its signing key. */
export function secretCommand(folder: string): string {
  return putFrom("NATS_SIGNING_KEY", folder, KEY_FILES.signing);
}

/** @param file relative to the folder, or absolute */
function putFrom(name: string, folder: string, file: string): string {
  return `npx wrangler secret put ${name} < ${shellQuote(isAbsolute(file) ? file : join(folder, file))}`;
}

/**
 * Commands that give the worker all settings except its signing key, which has its own command. Secrets go through
 * `wrangler secret put`, from their file or a prompt, so that they are neither shown nor deployed as plain variables.
 */
export function deployCommands({ folder, settings, origin }: Deployed): readonly string[] {
  const all: Readonly<Record<string, string>> =
    origin === null ? settings : { PUBLIC_URL: origin, ...settings };
  const secrets = SECRET_SETTINGS.flatMap((name) => {
    if (name === "NATS_SIGNING_KEY") return [];
    const file = all[fileVariable(name)];
    if (file) return [putFrom(name, folder, file)];
    return all[name] ? [`npx wrangler secret put ${name}`] : [];
  });
  const vars = PLAIN_SETTINGS.flatMap((name) =>
    all[name] ? `--var ${shellQuote(`${name}:${all[name]}`)}` : [],
  );
  return [...secrets, `npm run deploy -- ${vars.join(" ")}`];
}

/**
 * Instructions to deploy changed settings. PUBLIC_URL is left out: it stays as deployed (keep_vars in
 * wrangler.toml), and may have changed since this deployment was created.
 */
export function redeploy({ folder, settings, origin }: Deployed): string {
  const first =
    origin === null || settings.PUBLIC_URL
      ? ""
      : `; the first deployment also needs --var ${shellQuote(`PUBLIC_URL:${origin}`)}`;
  return [
    `to deploy the change (PUBLIC_URL and other deployed settings that are not named here stay${first}):\n`,
    ...deployCommands({ folder, settings, origin: null }).map((command) => `  ${command}\n`),
    RUNS_HERE,
  ].join("");
}

/** The subjects of each stream, from all feeds that read it. Without KV buckets, which setup doesn't create. */
function streamsOf(feeds: readonly Feed[]): ReadonlyMap<string, readonly string[]> {
  const streams = new Map<string, readonly string[]>();
  for (const feed of feeds) {
    const name = streamNameOf(feed);
    if (name !== null && bucketOf(feed.subject) === null)
      streams.set(name, [...(streams.get(name) ?? []), feed.subject]);
  }
  return new Map([...streams].map(([name, subjects]) => [name, disjoint(subjects)]));
}
