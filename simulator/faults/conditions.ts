/** What a fault has changed for the whole server, until it is cleared. */
export interface Conditions {
  /** `rejected`: no CONNECT is good enough. */
  credentials: "as-configured" | "rejected";
  /** Laid over every INFO. */
  info: Readonly<Record<string, unknown>>;
}

/** A server without any fault. */
export function noConditions(): Conditions {
  return { credentials: "as-configured", info: {} };
}
