/** The binding that tells the worker whose request it is. What says so at Cloudflare, `CF-Connecting-IP`, any client may send here. */
export class Visitors {
  readonly #isBehindProxy: boolean;

  /**
   * Where browsers see the page over https, a proxy must stand before it, for workerd ends no TLS: the last entry of
   * `X-Forwarded-For`, which the proxy itself has added, is the client. Elsewhere any client may have sent it.
   * @param publicUrl PUBLIC_URL as it is set
   */
  constructor(publicUrl: unknown) {
    this.#isBehindProxy = typeof publicUrl === "string" && /^\s*https:/i.test(publicUrl);
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
