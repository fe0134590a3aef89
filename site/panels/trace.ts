import { entriesOf, type Row } from "./kept.ts";

/** Whether a row belongs to a trace, with any of its events; a gap is never hidden. */
export function hasTrace(row: Row, trace: string): boolean {
  return (
    row.kind === "gap" || entriesOf(row).some((entry) => entry.kind === "event" && entry.trace === trace)
  );
}
