import { resolve4, resolve6 } from "node:dns/promises";
import { TOO_LATE, within } from "./deadline.ts";
import type { DnsEvidence } from "./evidence.ts";
import type { Target } from "./target.ts";

/** Asks somebody for a name's addresses; rejects with Node's codes, such as `ENOTFOUND`. */
export interface Resolver {
  resolve4(hostname: string): Promise<readonly string[]>;
  resolve6(hostname: string): Promise<readonly string[]>;
}

/** The runtime's own resolver: Cloudflare's 1.1.1.1 over HTTPS, under `wrangler dev` too. */
export const PUBLIC_RESOLVER: Resolver = { resolve4, resolve6 };

/** Names that no public resolver knows (RFC 6761, section 6.3; RFC 6762). */
const LOCAL_NAME = /^(?:[^.]+|.*\.(?:localhost|local|internal))$/i;

/** Asks the DNS for the host. Only a resolver's own "no such name" counts as not found. */
export async function askDns(
  { hostname, isAddress }: Target,
  resolver: Resolver,
  limitMs: number,
): Promise<DnsEvidence> {
  if (isAddress || LOCAL_NAME.test(hostname)) return "unasked";
  const [v4, v6] = await Promise.all([
    resolves(resolver.resolve4(hostname), limitMs),
    resolves(resolver.resolve6(hostname), limitMs),
  ]);
  if (v4 === "found" || v6 === "found") return "found";
  return v4 === "not-found" && v6 === "not-found" ? "not-found" : "unasked";
}

async function resolves(lookup: Promise<readonly string[]>, limitMs: number): Promise<DnsEvidence> {
  try {
    const addresses = await within(limitMs, lookup);
    if (addresses === TOO_LATE) return "unasked";
    return addresses.length > 0 ? "found" : "not-found";
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "ENOTFOUND" || code === "ENODATA" ? "not-found" : "unasked";
  }
}
