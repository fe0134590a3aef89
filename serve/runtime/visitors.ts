/** Binding that gives the worker a client's address. Here any client could send `CF-Connecting-IP`, which Cloudflare sets. */
export class Visitors {
  readonly #isBehindProxy: boolean;

  /**
   * With an https PUBLIC_URL there must be a proxy in front, because workerd has no TLS here: the last entry of
   * `X-Forwarded-For`, which that proxy added, is the client. Without a proxy any client may have sent the header.
   * @param publicUrl the setting PUBLIC_URL
   */
  constructor(publicUrl: unknown) {
    this.#isBehindProxy = typeof publicUrl === "string" && /^\s*https:/i.test(publicUrl);
  }

  /** The client's IP address, without a port. */
  addressOf({ headers, cf }: Pick<Request, "headers" | "cf">): string {
    const forwarded = this.#isBehindProxy && headers.get("X-Forwarded-For")?.split(",").at(-1)?.trim();
    // workerd puts the address of the connection's peer here.
    const { clientIp = "unknown" } = (cf ?? {}) as { readonly clientIp?: string };
    return withoutPort(forwarded || clientIp);
  }
}

/** Accepts `1.2.3.4:5`, `[::1]:5`, and addresses without a port. */
function withoutPort(address: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(address)?.[1];
  if (bracketed !== undefined) return bracketed;
  return address.split(":").length === 2 ? (address.split(":")[0] ?? "") : address;
}
