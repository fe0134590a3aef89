/** Options of a client before its CONNECT. */
export const DEFAULT_CONNECT_OPTIONS = {
  verbose: true,
  pedantic: true,
  /** Whether the client's own publications come back to its subscriptions. */
  echo: true,
  headers: false,
  no_responders: false,
  tls_required: false,
  /** 0, or 1 for clients that understand an INFO after the first. */
  protocol: 0,
  name: "",
  lang: "",
  version: "",
  user: "",
  pass: "",
  auth_token: "",
  jwt: "",
  nkey: "",
  sig: "",
};

/** The options of a client's CONNECT (NATS client protocol). */
export type ConnectOptions = Readonly<typeof DEFAULT_CONNECT_OPTIONS>;

/**
 * Merges a CONNECT's JSON into the earlier options. As in Go's decoder, field names match in any
 * case and null changes nothing. Undefined when it isn't JSON or a field has the wrong type.
 */
export function readConnectOptions(json: string, earlier: ConnectOptions): ConnectOptions | undefined {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (given === null) return earlier;
  if (typeof given !== "object" || Array.isArray(given)) return undefined;
  const merged: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(given)) {
    const known = name.toLowerCase();
    if (!Object.hasOwn(DEFAULT_CONNECT_OPTIONS, known) || value === null) continue;
    if (typeof value !== typeof merged[known]) return undefined;
    merged[known] = value;
  }
  return merged as unknown as ConnectOptions;
}
