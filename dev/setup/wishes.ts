import { parseArgs } from "node:util";
import { parsePort } from "../port.ts";

/** What whoever runs `npm run setup` can give; the same names as questions and as flags. */
export interface Wishes {
  /** Where the page finds nats-server: one `ws://` or `wss://` URL. */
  readonly natsUrl: string;
  /** The page's origin, the only one that may connect; null lets every origin connect. */
  readonly origin: string | null;
  /** PEM files for nats-server's WebSocket port; null when TLS ends elsewhere, or for a trial. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** nats-server's port for publishers. */
  readonly tcpPort: number;
  /** nats-server's WebSocket port. */
  readonly webSocketPort: number;
  /** The environment's FEEDS on one line; null for the default feeds. */
  readonly feeds: string | null;
  /** Where everything is written. */
  readonly folder: string;
}

/** What keeps `npm run setup` from going on, as one line for whoever typed it. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

/** Asks one question; the answer is empty when there is none. */
export type Ask = (question: string) => Promise<string>;

/** How to call it. */
export const USAGE = `npm run setup -- --nats-url wss://nats.example.com [--origin https://page.example.com]
  [--tls-cert FILE --tls-key FILE] [--tcp-port 4222] [--websocket-port PORT] [--folder FOLDER]`;

/**
 * Reads the flags, and asks for the URL and the origin when no URL is among them.
 * @param feeds the environment's FEEDS, checked by whoever reads it
 * @throws SetupError with the first thing wrong and what to give instead
 */
export async function readWishes(args: readonly string[], feeds: string, ask: Ask): Promise<Wishes> {
  const flags = parse(args);
  const isAsked = flags["nats-url"] === undefined;
  const given = flags["nats-url"] ?? (await ask("Where will the page find nats-server (wss://…)? "));
  const url = checkUrl(given);
  const origin = flags.origin ?? (isAsked ? await ask("The page's origin (https://…; empty for any)? ") : "");
  const { "tls-cert": cert, "tls-key": key } = flags;
  if ((cert === undefined) !== (key === undefined)) {
    throw new SetupError("--tls-cert and --tls-key belong together: give both or none");
  }
  return {
    natsUrl: given.trim(),
    origin: origin === "" ? null : checkOrigin(origin),
    tls: cert === undefined || key === undefined ? null : { cert, key },
    tcpPort: checkPort("--tcp-port", flags["tcp-port"] ?? "4222"),
    webSocketPort: checkPort("--websocket-port", flags["websocket-port"] ?? portOf(url)),
    feeds: feeds.trim() === "" ? null : feeds.trim().replace(/\s*[\r\n]\s*/g, " "),
    folder: flags.folder ?? ".",
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        "nats-url": text,
        origin: text,
        "tls-cert": text,
        "tls-key": text,
        "tcp-port": text,
        "websocket-port": text,
        folder: text,
      },
    }).values;
  } catch (error) {
    throw new SetupError(`${(error as Error).message}\n${USAGE}`);
  }
}

function checkUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^wss?:$/.test(url.protocol)) {
    throw new SetupError(`the URL is ${JSON.stringify(text)}: give one that begins with wss:// or ws://`);
  }
  return url;
}

function checkOrigin(text: string): string {
  const isOrigin = URL.canParse(text) && new URL(text).origin === text;
  if (!isOrigin) {
    throw new SetupError(`the origin is ${JSON.stringify(text)}: give one such as https://page.example.com`);
  }
  return text;
}

function checkPort(flag: string, text: string): number {
  const port = parsePort(text);
  if (port === null) {
    throw new SetupError(`${flag} is ${JSON.stringify(text)}: give a number from 1 to 65535`);
  }
  return port;
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === "wss:" ? "443" : "80");
}
