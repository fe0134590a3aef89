/**
 * Whose request it is, as Cloudflare would tell it: whatever a client sends as `CF-Connecting-IP` is replaced.
 * @param peer workerd's `cf.clientIp`: who opened the connection, with a port
 * @param isBehindProxy then the last entry of `X-Forwarded-For`, which the proxy itself has added, is the client
 */
export function visitorAddress(headers: Headers, peer: string, isBehindProxy: boolean): string {
  const forwarded = isBehindProxy ? headers.get("X-Forwarded-For")?.split(",").at(-1)?.trim() : undefined;
  return withoutPort(forwarded || peer);
}

/** `1.2.3.4:5`, `[::1]:5`, and an address that has no port already. */
function withoutPort(address: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(address)?.[1];
  if (bracketed !== undefined) return bracketed;
  return address.split(":").length === 2 ? (address.split(":")[0] ?? "") : address;
}
