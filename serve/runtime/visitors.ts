/** The binding that tells the worker whose request it is. What says so at Cloudflare, `CF-Connecting-IP`, any client may send here. */
export class Visitors {
  readonly #isBehindProxy: boolean;

  /** @param isBehindProxy then the last entry of `X-Forwarded-For`, which the proxy itself has added, is the client */
  constructor(isBehindProxy: boolean) {
    this.#isBehindProxy = isBehindProxy;
  }

  /** The address of who asks, without a port. */
  addressOf({ headers, cf }: Pick<Request, "headers" | "cf">): string {
    const forwarded = this.#isBehindProxy && headers.get("X-Forwarded-For")?.split(",").at(-1)?.trim();
    // workerd tells here who opened the connection.
    const { clientIp = "unknown" } = (cf ?? {}) as { readonly clientIp?: string };
    return withoutPort(forwarded || clientIp);
  }
}

/** `1.2.3.4:5`, `[::1]:5`, and an address that has no port already. */
function withoutPort(address: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(address)?.[1];
  if (bracketed !== undefined) return bracketed;
  return address.split(":").length === 2 ? (address.split(":")[0] ?? "") : address;
}
