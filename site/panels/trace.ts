import type { Entry } from "./entry.ts";
import type { Row } from "./kept.ts";

/**
 * Whether a row belongs to a trace, with any of its events; a gap is never hidden. It is asked of every row with each event
 * that comes, and copies no history.
 */
export function hasTrace(row: Row, trace: string): boolean {
  const isOfTrace = (entry: Entry) => entry.kind === "event" && entry.trace === trace;
  return row.kind === "gap" || (row.kind === "keyed" ? row.some(isOfTrace) : isOfTrace(row));
}
