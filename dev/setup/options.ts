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

/** The options of a new deployment. */
export interface NewDeployment {
  /** `ws://` or `wss://` URLs that the page connects to, one per server. */
  readonly servers: readonly URL[];
  /** The page's origin, the only one that may connect; null lets every origin connect. */
  readonly origin: string | null;
  /** PEM files for nats-server's ports; null when a proxy terminates TLS, or for a trial. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** The first server's port for publishers; further servers on the same machine count up from it. */
  readonly tcpPort: number;
  /** The first server's cluster port; further servers on the same machine count up from it. */
  readonly clusterPort: number;
  /** nats-server's WebSocket port; null for the port in each URL. */
  readonly webSocketPort: number | null;
  /** Folder for nats-server's accounts and streams; null for the default. */
  readonly dataFolder: string | null;
  /** The environment's FEEDS; null for the default feeds. */
  readonly feeds: string | null;
  /** The environment's EXPLORE: further subjects that viewers may read; empty for none. */
  readonly explore: string;
  /** Folder for all files of the deployment. */
  readonly folder: string;
}

/** Asks the user one question and returns the answer, which may be empty. */
export type Ask = (question: string) => Promise<string>;

const NEW_USAGE = `npm run setup -- --nats-url wss://nats.example.com[,wss://…] [--origin https://page.example.com]
  [--tls-cert FILE --tls-key FILE] [--tcp-port 4222] [--websocket-port PORT] [--cluster-port 6222]
  [--data-folder FOLDER] [--folder FOLDER]`;

/** Usage of all commands. */
export const USAGE = `${NEW_USAGE}
npm run setup -- push [--folder FOLDER] [--via URL]
npm run setup -- stream NAME SUBJECT… [--max-bytes 1GiB] [--max-age 7d] [--max-per-subject 1] [--replicas 1]
  [--republish | --no-republish] [--folder FOLDER] [--via URL]
npm run setup -- rotate [--finish [--now]] [--page https://page.example.com] [--folder FOLDER] [--via URL]
npm run setup -- check [--page https://page.example.com] [--creds FILE] [--folder FOLDER] [--via URL]`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
/** Flags of all commands for an existing deployment. */
const EXISTING = { folder: text, via: text };

/**
 * Parses the flags; without --nats-url, asks for the URLs and the origin.
 * @param given the environment, whose FEEDS and EXPLORE are not checked here
 * @throws SetupError with the first problem and what to give instead
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

/** Options of all commands for an existing deployment. */
export interface DeploymentOptions {
  readonly folder: string;
  /** URL at which this command connects to NATS; null for NATS_URL. */
  readonly via: string | null;
}

/** A stream's limits, with JetStream's names. */
interface StreamLimits {
  /** The oldest messages are deleted beyond this size; -1 for no limit. */
  readonly max_bytes?: number;
  /** Messages older than this are deleted, nanoseconds; 0 for no limit. */
  readonly max_age?: number;
  /** Messages kept per subject; -1 for no limit. */
  readonly max_msgs_per_subject?: number;
  readonly num_replicas?: number;
}

/** Options of `setup stream`. */
export interface StreamOptions extends DeploymentOptions {
  readonly name: string;
  readonly subjects: readonly string[];
  /** Limits given by flags. An existing stream keeps its other limits, because a lower one deletes messages. */
  readonly limits: StreamLimits;
  /** Whether the stream republishes for viewers; null keeps an existing stream's setting and means yes for a new one. */
  readonly isRepublished: boolean | null;
}

/** @throws SetupError with the first problem and what to give instead */
export function readPushOptions(args: readonly string[]): DeploymentOptions {
  return commonOptions(parse(args, { options: EXISTING }).values);
}

/** @throws SetupError with the first problem and what to give instead */
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
      "$KV subjects belong to a bucket, which needs limits of its own: create it with nats kv add, then let viewers read it with npm run setup -- push",
    );
  }
  if (values.republish && values["no-republish"]) {
    throw new SetupError("--republish and --no-republish contradict each other: give only one");
  }
  const { "max-bytes": maxBytes, "max-age": maxAge, "max-per-subject": perSubject, replicas } = values;
  return {
    ...commonOptions(values),
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

/** Options of `setup rotate`. */
export interface RotateOptions extends DeploymentOptions {
  /** Whether to remove the old key. */
  readonly isFinish: boolean;
  /** Whether to remove it before its tokens have expired. */
  readonly isNow: boolean;
  /** Origin of a page whose worker must sign with the new key before the old one is removed; null for no check. */
  readonly page: string | null;
}

/** @throws SetupError with the first problem and what to give instead */
export function readRotateOptions(args: readonly string[]): RotateOptions {
  const { values } = parse(args, { options: { ...EXISTING, page: text, finish: flag, now: flag } });
  const { finish = false, now = false } = values;
  if (now && !finish) {
    throw new SetupError(
      "--now works only with --finish: run rotate without flags, give the worker the new key, then run npm run setup -- rotate --finish --now",
    );
  }
  return {
    ...commonOptions(values),
    isFinish: finish,
    isNow: now,
    page: optionalOrigin(values.page),
  };
}

/** Options of `setup check`. */
export interface CheckOptions extends DeploymentOptions {
  /** The page's origin; null when there is no page yet. */
  readonly page: string | null;
  /** Credentials file of the streams' account; null for the folder's, if it exists. */
  readonly creds: string | null;
}

/** @throws SetupError with the first problem and what to give instead */
export function readCheckOptions(args: readonly string[]): CheckOptions {
  const { values } = parse(args, { options: { ...EXISTING, page: text, creds: text } });
  const { page, creds = null } = values;
  return { ...commonOptions(values), page: optionalOrigin(page), creds };
}

function optionalOrigin(given: string | undefined): string | null {
  return given === undefined ? null : readOrigin(given);
}

function commonOptions(values: { folder?: string | undefined; via?: string | undefined }): DeploymentOptions {
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
    const parsed = parseArgs<C>({ ...config, args: [...args] });
    // From a shell's variable that isn't set: otherwise the default would apply silently.
    const [flag] = Object.entries(parsed.values).find(([, value]) => value === "") ?? [];
    if (flag !== undefined) throw new Error(`--${flag} is empty: give it a value, or leave it out`);
    return parsed;
  } catch (error) {
    throw new SetupError(`${(error as Error).message}\n${USAGE}`);
  }
}
