import type { Pace } from "./valve.ts";

/** What a fault has changed for the whole server, until it is cleared. */
export interface Conditions {
  /** `frozen`: as a stopped process, the kernel still takes connections. */
  motion: "running" | "frozen";
  /** What every connection is slowed to; undefined for not at all. */
  pace: Pace | undefined;
  /** `rejected`: no CONNECT is good enough. */
  credentials: "as-configured" | "rejected";
  /** Added to the clock by which credentials are judged, milliseconds. */
  clockSkewMs: number;
  /** Laid over every INFO. */
  info: Readonly<Record<string, unknown>>;
}

/** A server without any fault. */
export function calm(): Conditions {
  return { motion: "running", pace: undefined, credentials: "as-configured", clockSkewMs: 0, info: {} };
}
