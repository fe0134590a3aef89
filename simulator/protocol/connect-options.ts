/** What a client said in its CONNECT (NATS client protocol). */
export interface ConnectOptions {
  readonly verbose: boolean;
  readonly pedantic: boolean;
  /** Whether the client's own publications come back to its subscriptions. */
  readonly echo: boolean;
  readonly headers: boolean;
  readonly no_responders: boolean;
  readonly tls_required: boolean;
  /** 0, or 1 for clients that understand an INFO after the first. */
  readonly protocol: number;
  readonly name: string;
  readonly lang: string;
  readonly version: string;
  readonly user: string;
  readonly pass: string;
  readonly auth_token: string;
  readonly jwt: string;
  readonly nkey: string;
  readonly sig: string;
}

/** What counts until a CONNECT says otherwise. */
export const DEFAULT_CONNECT_OPTIONS: ConnectOptions = {
  verbose: true,
  pedantic: true,
  echo: true,
  headers: false,
  no_responders: false,
  tls_required: false,
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

/**
 * Lays a CONNECT's JSON over what an earlier one said. Field names match in any
 * case and null changes nothing, as Go's decoder has it; undefined when it isn't
 * JSON, or a field is of the wrong type.
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
