import type { Searchable } from "./filter.ts";
import { readAuto } from "./reading.ts";

/** A message as a panel holds it, of a text. */
export function eventOf(payload: string, more: Partial<Searchable> = {}): Searchable {
  const { value, raw } = readAuto(new TextEncoder().encode(payload));
  return { subject: "orders.eu", size: payload.length, headers: [], atMs: 0, value, raw, ...more };
}
