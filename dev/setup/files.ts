import { lstat, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { devVar } from "../dev-vars.ts";
import type { Trust } from "./trust.ts";
import { SetupError, type Wishes } from "./wishes.ts";

/** A file to write, its place given from the folder that was wished for. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** Where the worker's secret stands alone, so that it is piped and never shown. */
export const SIGNING_KEY_FILE = "nats/keys/signing.nk";
/** What nats-server is started with. */
export const NATS_CONFIG_FILE = "nats/nats-server.conf";
/** What publishers log in with. */
export const PUBLISHER_FILE = "nats/keys/publisher.creds";

/** The worker's settings that aren't secret. FEEDS is among them where it was given: the role reads those feeds only. */
export function plainSettings(
  { natsUrl, feeds }: Wishes,
  { account }: Trust,
): Readonly<Record<string, string>> {
  return {
    NATS_URL: natsUrl,
    AUTH_MODE: "jwt",
    NATS_ACCOUNT: account.publicKey,
    NATS_KEY_SCOPED: "true",
    ...(feeds === null ? {} : { FEEDS: feeds }),
  };
}

/**
 * Everything that a deployment needs, as files.
 * @throws SetupError when a setting can't stand in one
 */
export function planFiles(wishes: Wishes, trust: Trust): readonly PlannedFile[] {
  const settings = { ...plainSettings(wishes, trust), NATS_SIGNING_KEY: trust.signingSeed };
  return [
    {
      path: ".dev.vars",
      text: lines(Object.entries(settings).map(([name, value]) => settingLine(name, value))),
    },
    // Whatever the folder's repository ignores, it takes none of these in.
    { path: "nats/.gitignore", text: "*\n" },
    { path: NATS_CONFIG_FILE, text: natsConfig(wishes, trust) },
    { path: "nats/keys/operator.nk", text: trust.operatorSeed },
    { path: "nats/keys/account.nk", text: trust.accountSeed },
    { path: SIGNING_KEY_FILE, text: trust.signingSeed },
    { path: PUBLISHER_FILE, text: trust.publisherCreds },
  ];
}

function settingLine(name: string, value: string): string {
  const line = devVar(name, value);
  if (line === null) throw new SetupError(`${name} has a backslash or all kinds of quotes: do without them`);
  return line;
}

function natsConfig({ natsUrl, tcpPort, webSocketPort, tls, origin }: Wishes, trust: Trust): string {
  const { operatorJwt, account, systemAccount } = trust;
  const q = JSON.stringify;
  const host = q(isThisMachine(natsUrl) ? "127.0.0.1" : "0.0.0.0");
  return lines([
    `host: ${host}`,
    `port: ${tcpPort}`,
    "websocket {",
    `  host: ${host}`,
    `  port: ${webSocketPort}`,
    tls === null ? "  no_tls: true" : `  tls { cert_file: ${q(tls.cert)}, key_file: ${q(tls.key)} }`,
    ...(origin === null ? [] : [`  allowed_origins: [${q(origin)}]`]),
    "}",
    `operator: ${operatorJwt}`,
    `system_account: ${systemAccount.publicKey}`,
    "resolver: MEMORY",
    "resolver_preload: {",
    ...[account, systemAccount].map(({ publicKey, jwt }) => `  ${publicKey}: ${jwt}`),
    "}",
  ]);
}

/** A trial on this machine is nobody else's to connect to. */
function isThisMachine(natsUrl: string): boolean {
  return ["127.0.0.1", "localhost"].includes(new URL(natsUrl).hostname);
}

function lines(list: readonly string[]): string {
  return `${list.join("\n")}\n`;
}

/**
 * Writes the files for this user alone; all of them, or none.
 * @throws SetupError when one is there already: keys that are lost can't be made again
 */
export async function writeFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path } of files) {
    const isThere = await lstat(join(folder, path)).catch(() => null);
    if (isThere !== null) {
      throw new SetupError(`${join(folder, path)} is there already: move it away, or give another --folder`);
    }
  }
  for (const { path, text } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // "wx": a file that came up meanwhile isn't overwritten either.
    await writeFile(file, text, { mode: 0o600, flag: "wx" });
  }
}
