import type { Observation } from "../../contract/status.ts";
import type { Probing } from "../probe/visitor.ts";

/** Where a page was asked for, and since when that is known, epoch milliseconds. */
export interface KnownOrigin {
  readonly origin: string;
  readonly atMs: number;
}

/** How long that counts, milliseconds. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60 * 1000;
/** What was written down, unless nobody has asked there for long: a page may have moved. */
export function knownOrigin(kept: KnownOrigin | null): KnownOrigin | null {
  return kept !== null && isYounger(kept, FORGOTTEN_AFTER_MS) ? kept : null;
}

/** How often it is written down that somebody still asks there, milliseconds. */
const NOTED_EVERY_MS = 60 * 60 * 1000;

/**
 * Where the page is, as far as servers with `allowed_origins` show it without PUBLIC_URL: of what was asked, what
 * all servers let in. Whoever asks elsewhere changes nothing in that: a monitor by an address, or a stranger by any
 * name. Until such an origin is found, the last one that was asked for stands in.
 */
export function originKnownAfter(
  { servers }: Pick<Observation, "servers">,
  { publicUrl, askedAt }: Pick<Probing, "publicUrl" | "askedAt">,
  known: KnownOrigin | null,
): KnownOrigin | null {
  if (publicUrl !== null || askedAt === undefined) return known;
  if (!servers.some(({ httpStatus }) => httpStatus === 101)) return known;
  const isLetIn = (origin: string): boolean => servers.every((one) => !one.refusedOrigins?.includes(origin));
  if (!isLetIn(askedAt) && known !== null && isLetIn(known.origin)) return known;
  const isNoted = known?.origin === askedAt && isYounger(known, NOTED_EVERY_MS);
  return isNoted ? known : { origin: askedAt, atMs: Date.now() };
}

function isYounger({ atMs }: KnownOrigin, ms: number): boolean {
  return Math.abs(Date.now() - atMs) < ms;
}
