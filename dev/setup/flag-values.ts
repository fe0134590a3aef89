/** Parsers for the flags of `npm run setup`; each throws a SetupError that says what to give instead. */
import { parsePort } from "../../serve/settings/port.ts";
import { wholeNumber } from "../../worker/config.ts";
import { SetupError } from "./error.ts";

export function readServerUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  // The message doesn't quote the value, which may contain a password.
  if (url === null || !/^wss?:$/.test(url.protocol)) {
    throw new SetupError("--nats-url must be wss:// or ws:// URLs, separated by commas");
  }
  return url;
}

/** Accepts the slash with which browsers copy an address, as PUBLIC_URL does. */
export function readOrigin(given: string): string {
  const { protocol, origin, href } = new URL(URL.canParse(given) ? given : "about:blank");
  if (/^https?:$/.test(protocol) && href === `${origin}/`) return origin;
  throw new SetupError(
    `${JSON.stringify(given)} is not an origin: give one such as https://page.example.com`,
  );
}

export function readPort(name: string, given: string): number {
  const port = parsePort(given);
  if (port !== null) return port;
  throw new SetupError(`${name} is ${JSON.stringify(given)}: give a number from 1 to 65535`);
}

export function readCount(name: string, given: string, most: number): number {
  const count = wholeNumber(given, 1, most);
  if (count !== null) return count;
  throw new SetupError(`${name} is ${JSON.stringify(given)}: give a whole number from 1 to ${most}`);
}

/** JetStream's value for "no limit". Our flags use 0, as JetStream itself does for max_age. */
const ANY = -1;

export function readCountOrAny(name: string, given: string, most: number): number {
  return given === "0" ? ANY : readCount(name, given, most);
}

const BYTES = { "": 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

export function readBytes(name: string, given: string): number {
  if (given === "0") return ANY;
  const [, number, unit] = /^(\d{1,9})(|KiB|MiB|GiB|TiB)$/.exec(given) ?? [];
  const bytes = Number(number) * BYTES[unit as keyof typeof BYTES];
  if (bytes > 0) return bytes;
  throw new SetupError(
    `${name} is ${JSON.stringify(given)}: give a size such as 500MiB or 10GiB, or 0 for no limit`,
  );
}

const AGES_S = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** An age in nanoseconds, JetStream's unit. */
export function readAge(name: string, given: string): number {
  if (given === "0") return 0;
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
  const age = Number(number) * AGES_S[unit as keyof typeof AGES_S] * 1e9;
  if (age > 0) return age;
  throw new SetupError(
    `${name} is ${JSON.stringify(given)}: give a time such as 12h or 30d, or 0 for no limit`,
  );
}
