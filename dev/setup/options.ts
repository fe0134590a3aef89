import { type ParseArgsConfig, parseArgs } from "node:util";
import { SetupError } from "./error.ts";
import { onOneLine } from "./feeds.ts";
import {
  readAge,
  readBytes,
  readCount,
  readCountOrAny,
  readOrigin,
  readPort,
  readServerUrl,
} from "./flag-values.ts";
import { bucketOf } from "./subjects.ts";

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
  [--republish | --no-republish] [--folder FOLDER] [--via URL]
npm run setup -- rotate [--finish [--now]] [--page https://page.example.com] [--folder FOLDER] [--via URL]
npm run setup -- check [--page https://page.example.com] [--creds FILE] [--folder FOLDER] [--via URL]`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
/** What everything takes that goes on with a deployment. */
const EXISTING = { folder: text, via: text };

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
  const { values: flags } = parse(args, {
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
  });
  const isAsked = flags["nats-url"] === undefined;
  const urls = flags["nats-url"] ?? (await ask("Which address will the page connect to (wss://…)? "));
  const origin = flags.origin ?? (isAsked ? await ask("The page's origin (https://…; empty for any)? ") : "");
  const { "tls-cert": cert, "tls-key": key, "websocket-port": port } = flags;
  if ((cert === undefined) !== (key === undefined)) {
    throw new SetupError("--tls-cert and --tls-key belong together: give both or neither");
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
export interface DeploymentOptions {
  readonly folder: string;
  /** Where its administrator reaches NATS when that isn't where the page does; null for NATS_URL. */
  readonly via: string | null;
}

/** What a stream keeps, in JetStream's words. */
interface StreamLimits {
  /** The oldest messages go when it holds more; -1 for any number. */
  readonly max_bytes?: number;
  /** The oldest messages go when they are older, nanoseconds; 0 for never. */
  readonly max_age?: number;
  /** How many messages of one subject it holds; -1 for any number. */
  readonly max_msgs_per_subject?: number;
  readonly num_replicas?: number;
}

/** What `setup stream` is given beyond its name and subjects. */
export interface StreamOptions extends DeploymentOptions {
  readonly name: string;
  readonly subjects: readonly string[];
  /** Those that a flag gave: what a stream has of the others stays, for a lower one deletes messages. */
  readonly limits: StreamLimits;
  /** Whether it republishes for viewers; null leaves that as it is, and lets a new stream do it. */
  readonly isRepublished: boolean | null;
}

/** @throws SetupError with the first thing wrong and what to give instead */
export function readPushOptions(args: readonly string[]): DeploymentOptions {
  return deploymentOptions(parse(args, { options: EXISTING }).values);
}

/** @throws SetupError with the first thing wrong and what to give instead */
export function readStreamOptions(args: readonly string[]): StreamOptions {
  const { values, positionals } = parse(args, {
    allowPositionals: true,
    options: {
      ...EXISTING,
      "max-bytes": text,
      "max-age": text,
      "max-per-subject": text,
      replicas: text,
      republish: flag,
      "no-republish": flag,
    },
  });
  const [name, ...subjects] = positionals;
  if (name === undefined || subjects.length === 0) {
    throw new SetupError(
      "the stream's name or subjects are missing: give both, as in npm run setup -- stream ORDERS 'orders.>'",
    );
  }
  if (!/^[^\s.*>/\\]+$/.test(name)) {
    throw new SetupError(
      `the stream's name is ${JSON.stringify(name)}: give one without dots, spaces, slashes, * or >`,
    );
  }
  if (subjects.some((subject) => bucketOf(subject) !== null)) {
    throw new SetupError(
      "a bucket needs limits of its own: create it with nats kv add, then let viewers read it with npm run setup -- push",
    );
  }
  if (values.republish && values["no-republish"]) {
    throw new SetupError("--republish and --no-republish contradict each other: give only one");
  }
  const { "max-bytes": maxBytes, "max-age": maxAge, "max-per-subject": perSubject, replicas } = values;
  return {
    ...deploymentOptions(values),
    name,
    subjects,
    limits: {
      ...(maxBytes === undefined ? {} : { max_bytes: readBytes("--max-bytes", maxBytes) }),
      ...(maxAge === undefined ? {} : { max_age: readAge("--max-age", maxAge) }),
      ...(perSubject === undefined
        ? {}
        : { max_msgs_per_subject: readCountOrAny("--max-per-subject", perSubject, 1_000_000_000) }),
      ...(replicas === undefined ? {} : { num_replicas: readCount("--replicas", replicas, 5) }),
    },
    isRepublished: values["no-republish"] ? false : (values.republish ?? null),
  };
}

/** What `setup rotate` is given. */
export interface RotateOptions extends DeploymentOptions {
  /** Whether the old key goes. */
  readonly isFinish: boolean;
  /** Whether its tokens needn't have ended. */
  readonly isNow: boolean;
  /** The origin of a page whose worker must have the new key by then; null for none. */
  readonly page: string | null;
}

/** @throws SetupError with the first thing wrong and what to give instead */
export function readRotateOptions(args: readonly string[]): RotateOptions {
  const { values } = parse(args, { options: { ...EXISTING, page: text, finish: flag, now: flag } });
  const { finish = false, now = false } = values;
  if (now && !finish) {
    throw new SetupError(
      "--now works only with --finish: run rotate without flags, give the worker the new key, then run npm run setup -- rotate --finish --now",
    );
  }
  return {
    ...deploymentOptions(values),
    isFinish: finish,
    isNow: now,
    page: optionalOrigin(values.page),
  };
}

/** What `setup check` is told. */
export interface CheckOptions extends DeploymentOptions {
  /** The page's origin; null where there is none yet. */
  readonly page: string | null;
  /** Credentials of the streams' account; null for those of the folder, if it has any. */
  readonly creds: string | null;
}

/** @throws SetupError with the first thing wrong and what to give instead */
export function readCheckOptions(args: readonly string[]): CheckOptions {
  const { values } = parse(args, { options: { ...EXISTING, page: text, creds: text } });
  const { page, creds = null } = values;
  return { ...deploymentOptions(values), page: optionalOrigin(page), creds };
}

function optionalOrigin(given: string | undefined): string | null {
  return given === undefined ? null : readOrigin(given);
}

function deploymentOptions(values: {
  folder?: string | undefined;
  via?: string | undefined;
}): DeploymentOptions {
  const { folder = ".", via } = values;
  if (via !== undefined && !(URL.canParse(via) && /^(?:wss?|nats|tls):$/.test(new URL(via).protocol))) {
    throw new SetupError(
      "--via is not a NATS URL: give one that begins with nats://, tls://, wss:// or ws://",
    );
  }
  return { folder, via: via ?? null };
}

function parse<C extends ParseArgsConfig>(args: readonly string[], config: C) {
  try {
    return parseArgs<C>({ ...config, args: [...args] });
  } catch (error) {
    throw new SetupError(`${(error as Error).message}\n${USAGE}`);
  }
}
