import { parseArgs } from "node:util";
import { parsePort } from "../../serve/settings/port.ts";
import { SetupError } from "./error.ts";
import { onOneLine } from "./feeds.ts";

/** What a new deployment is made of; the same names as questions and as flags. */
export interface NewDeployment {
  /** Where the page finds NATS: `ws://` or `wss://` URLs, one for each server. */
  readonly servers: readonly URL[];
  /** The page's origin, the only one that may connect; null lets every origin connect. */
  readonly origin: string | null;
  /** PEM files for nats-server's ports; null when TLS ends elsewhere, or for a trial. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** The first server's port for publishers; those that stand on one machine count on from there. */
  readonly tcpPort: number;
  /** The first server's port for the routes between several; counts on likewise. */
  readonly clusterPort: number;
  /** nats-server's WebSocket port; null for that of each URL. */
  readonly webSocketPort: number | null;
  /** Where nats-server keeps accounts and streams; null for the usual place. */
  readonly dataFolder: string | null;
  /** The environment's FEEDS; null for the default feeds. */
  readonly feeds: string | null;
  /** The environment's EXPLORE: what viewers may look at besides; empty for nothing. */
  readonly explore: string;
  /** Where everything is written. */
  readonly folder: string;
}

/** Asks one question; the answer is empty when there is none. */
export type Ask = (question: string) => Promise<string>;

const NEW_USAGE = `npm run setup -- --nats-url wss://nats.example.com[,wss://…] [--origin https://page.example.com]
  [--tls-cert FILE --tls-key FILE] [--tcp-port 4222] [--websocket-port PORT] [--cluster-port 6222]
  [--data-folder FOLDER] [--folder FOLDER]`;

/** How to call it. */
export const USAGE = `${NEW_USAGE}
npm run setup -- push [--folder FOLDER] [--via URL]
npm run setup -- stream NAME SUBJECT… [--max-bytes 1GiB] [--max-age 7d] [--max-per-subject 1] [--replicas 1]
  [--no-republish] [--folder FOLDER] [--via URL]
npm run setup -- rotate [--finish [--now]] [--folder FOLDER] [--via URL]
npm run setup -- check [--page https://page.example.com] [--creds FILE] [--folder FOLDER] [--via URL]`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

/**
 * Reads the flags, and asks for the URLs and the origin when no URL is among them.
 * @param given the environment's FEEDS and EXPLORE, checked by whoever reads them
 * @throws SetupError with the first thing wrong and what to give instead
 */
export async function readNewDeployment(
  args: readonly string[],
  given: { readonly FEEDS?: string | undefined; readonly EXPLORE?: string | undefined },
  ask: Ask,
): Promise<NewDeployment> {
  const { values: flags } = parsed(() =>
    parseArgs({
      args: [...args],
      options: {
        "nats-url": text,
        origin: text,
        "tls-cert": text,
        "tls-key": text,
        "tcp-port": text,
        "websocket-port": text,
        "cluster-port": text,
        "data-folder": text,
        folder: text,
      },
    }),
  );
  const isAsked = flags["nats-url"] === undefined;
  const urls = flags["nats-url"] ?? (await ask("Where will the page find nats-server (wss://…)? "));
  const origin = flags.origin ?? (isAsked ? await ask("The page's origin (https://…; empty for any)? ") : "");
  const { "tls-cert": cert, "tls-key": key, "websocket-port": port } = flags;
  if ((cert === undefined) !== (key === undefined)) {
    throw new SetupError("--tls-cert and --tls-key belong together: give both or none");
  }
  return {
    servers: urls.split(",").map((url) => readServerUrl(url.trim())),
    origin: origin === "" ? null : readOrigin(origin),
    tls: cert === undefined || key === undefined ? null : { cert, key },
    tcpPort: readPort("--tcp-port", flags["tcp-port"] ?? "4222"),
    clusterPort: readPort("--cluster-port", flags["cluster-port"] ?? "6222"),
    webSocketPort: port === undefined ? null : readPort("--websocket-port", port),
    dataFolder: flags["data-folder"] ?? null,
    feeds: onOneLine(given.FEEDS) || null,
    explore: onOneLine(given.EXPLORE),
    folder: flags.folder ?? ".",
  };
}

/** What goes on with a deployment is told of it. */
export interface Existing {
  readonly folder: string;
  /** Where its administrator reaches NATS when that isn't where the page does; null for NATS_URL. */
  readonly via: string | null;
}

/** What `setup stream` is told beyond its name and subjects. */
export interface StreamOptions extends Existing {
  readonly name: string;
  readonly subjects: readonly string[];
  /** The oldest messages go when it holds more. */
  readonly maxBytes: number;
  /** The oldest messages go when they are older; 0 for never. */
  readonly maxAgeMs: number;
  /** How many messages of one subject it holds; -1 for any number. */
  readonly maxPerSubject: number;
  readonly replicas: number;
  readonly isRepublished: boolean;
}

/** @throws SetupError with the first thing wrong and what to give instead */
export function readPushOptions(args: readonly string[]): Existing {
  const { values } = parsed(() => parseArgs({ args: [...args], options: { folder: text, via: text } }));
  return existing(values);
}

/** @throws SetupError with the first thing wrong and what to give instead */
export function readStreamOptions(args: readonly string[]): StreamOptions {
  const { values, positionals } = parsed(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        folder: text,
        via: text,
        "max-bytes": text,
        "max-age": text,
        "max-per-subject": text,
        replicas: text,
        "no-republish": flag,
      },
    }),
  );
  const [name, ...subjects] = positionals;
  if (name === undefined || subjects.length === 0) {
    throw new SetupError(
      "the stream's name and subjects are missing: npm run setup -- stream ORDERS 'orders.>'",
    );
  }
  if (!/^[^\s.*>/\\]+$/.test(name)) {
    throw new SetupError(
      `the stream's name is ${JSON.stringify(name)}: give one without dots, blanks, slashes, * or >`,
    );
  }
  return {
    ...existing(values),
    name,
    subjects,
    maxBytes: readBytes("--max-bytes", values["max-bytes"] ?? "1GiB"),
    maxAgeMs: readAgeMs("--max-age", values["max-age"] ?? "7d"),
    maxPerSubject:
      values["max-per-subject"] === undefined
        ? -1
        : readCount("--max-per-subject", values["max-per-subject"], 1_000_000_000),
    replicas: readCount("--replicas", values.replicas ?? "1", 5),
    isRepublished: values["no-republish"] !== true,
  };
}

/** @throws SetupError with the first thing wrong and what to give instead */
export function readRotateOptions(
  args: readonly string[],
): Existing & { readonly isFinish: boolean; readonly isNow: boolean } {
  const { values } = parsed(() =>
    parseArgs({ args: [...args], options: { folder: text, via: text, finish: flag, now: flag } }),
  );
  return { ...existing(values), isFinish: values.finish === true, isNow: values.now === true };
}

/** What `setup check` is told. */
export interface CheckOptions extends Existing {
  /** The page's origin; null where there is none yet. */
  readonly page: string | null;
  /** Credentials of the streams' account; null for those of the folder, if it has any. */
  readonly creds: string | null;
}

/** @throws SetupError with the first thing wrong and what to give instead */
export function readCheckOptions(args: readonly string[]): CheckOptions {
  const { values } = parsed(() =>
    parseArgs({ args: [...args], options: { folder: text, via: text, page: text, creds: text } }),
  );
  const { page, creds = null } = values;
  return { ...existing(values), page: page === undefined ? null : readOrigin(page), creds };
}

function existing(values: { folder?: string | undefined; via?: string | undefined }): Existing {
  const { folder = ".", via } = values;
  if (via !== undefined && !(URL.canParse(via) && /^(?:wss?|nats|tls):$/.test(new URL(via).protocol))) {
    throw new SetupError(
      "--via is no URL of NATS: give one that begins with nats://, tls://, wss:// or ws://",
    );
  }
  return { folder, via: via ?? null };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new SetupError(`${(error as Error).message}\n${USAGE}`);
  }
}

function readServerUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  // Not quoted: what stands there may be a password.
  if (url === null || !/^wss?:$/.test(url.protocol)) {
    throw new SetupError(
      "--nats-url holds something else than URLs: give ones that begin with wss:// or ws://",
    );
  }
  return url;
}

function readOrigin(given: string): string {
  if (URL.canParse(given) && new URL(given).origin === given) return given;
  throw new SetupError(`the origin is ${JSON.stringify(given)}: give one such as https://page.example.com`);
}

function readPort(name: string, given: string): number {
  const port = parsePort(given);
  if (port !== null) return port;
  throw new SetupError(`${name} is ${JSON.stringify(given)}: give a number from 1 to 65535`);
}

function readCount(name: string, given: string, most: number): number {
  const count = /^\d{1,10}$/.test(given) ? Number(given) : 0;
  if (count >= 1 && count <= most) return count;
  throw new SetupError(`${name} is ${JSON.stringify(given)}: give a whole number from 1 to ${most}`);
}

const BYTES = { "": 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

function readBytes(name: string, given: string): number {
  const [, number, unit] = /^(\d{1,9})(|KiB|MiB|GiB|TiB)$/.exec(given) ?? [];
  const bytes = Number(number) * BYTES[unit as keyof typeof BYTES];
  if (bytes > 0) return bytes;
  throw new SetupError(`${name} is ${JSON.stringify(given)}: give bytes, such as 500MiB or 10GiB`);
}

const AGES_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function readAgeMs(name: string, given: string): number {
  if (given === "0") return 0;
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
  const ageMs = Number(number) * AGES_MS[unit as keyof typeof AGES_MS];
  if (ageMs > 0) return ageMs;
  throw new SetupError(`${name} is ${JSON.stringify(given)}: give a time such as 12h or 30d, or 0 for ever`);
}
