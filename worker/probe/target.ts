/** Where a server's URL points, as TCP and DNS need it. */
export interface Target {
  /** An IPv6 address in brackets: a port may be put behind it. */
  readonly hostname: string;
  readonly port: number;
  /** Whether the URL is `wss://`. */
  readonly isSecure: boolean;
  /** Whether the host is an IP address, so that no name has to be resolved. */
  readonly isAddress: boolean;
}

/** Takes a checked `ws://` or `wss://` URL apart. */
export function targetOf(server: string): Target {
  const url = new URL(server);
  const isSecure = url.protocol === "wss:";
  const { hostname } = url;
  // The URL parser turns every spelling of an IPv4 address into dotted numbers (WHATWG URL, host parsing).
  const isAddress = hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  return { hostname, port, isSecure, isAddress };
}
