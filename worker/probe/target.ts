/** The parts of a server's URL that TCP and DNS need. */
export interface Target {
  /** The host; an IPv6 address is in brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Whether the URL is `wss://`. */
  readonly isSecure: boolean;
  /** Whether the host is an IP address. */
  readonly isAddress: boolean;
}

/** Parses a checked `ws://` or `wss://` URL. */
export function targetOf(server: string): Target {
  const url = new URL(server);
  const isSecure = url.protocol === "wss:";
  const { hostname } = url;
  // The URL parser normalizes every spelling of an IPv4 address to dotted decimal (WHATWG URL, host parsing).
  const isAddress = hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  return { hostname, port, isSecure, isAddress };
}
