/** Server-wide changes by faults. */
export interface Conditions {
  /** `rejected`: every CONNECT fails. */
  credentials: "as-configured" | "rejected";
  /** Fields that override those of every INFO. */
  info: Readonly<Record<string, unknown>>;
}

/** Conditions without any fault. */
export function noConditions(): Conditions {
  return { credentials: "as-configured", info: {} };
}
