import { resolve4, resolve6 } from "node:dns/promises";
import { TOO_LATE, within } from "./deadline.ts";
import type { DnsEvidence } from "./evidence.ts";
import type { Target } from "./target.ts";

/** Looks up a name's addresses; rejects with Node's codes, such as `ENOTFOUND`. */
export interface Resolver {
  resolve4(hostname: string): Promise<readonly string[]>;
  resolve6(hostname: string): Promise<readonly string[]>;
}

/** The runtime's own resolver: Cloudflare's 1.1.1.1 over HTTPS, under `wrangler dev` too. */
export const PUBLIC_RESOLVER: Resolver = { resolve4, resolve6 };

/** Names that public resolvers don't know (RFC 6761, section 6.3; RFC 6762). */
const LOCAL_NAME = /^(?:[^.]+|.*\.(?:localhost|local|internal))$/i;

/** Looks up the host in the DNS. Only the resolver's explicit "no such name" counts as not found. */
export async function resolveHost(
  { hostname, isAddress }: Target,
  resolver: Resolver,
  limitMs: number,
): Promise<DnsEvidence> {
  if (isAddress || LOCAL_NAME.test(hostname)) return "unknown";
  const [v4, v6] = await Promise.all([
    resolves(resolver.resolve4(hostname), limitMs),
    resolves(resolver.resolve6(hostname), limitMs),
  ]);
  if (v4 === "found" || v6 === "found") return "found";
  return v4 === "not-found" && v6 === "not-found" ? "not-found" : "unknown";
}

async function resolves(lookup: Promise<readonly string[]>, limitMs: number): Promise<DnsEvidence> {
  try {
    const addresses = await within(limitMs, lookup);
    if (addresses === TOO_LATE) return "unknown";
    return addresses.length > 0 ? "found" : "not-found";
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "ENOTFOUND" || code === "ENODATA" ? "not-found" : "unknown";
  }
}
