import { entriesOf, type Row } from "./kept.ts";

/** Whether any event of a row has this trace id; always true of a gap, which is never hidden. */
export function hasTrace(row: Row, trace: string): boolean {
  return (
    row.kind === "gap" || entriesOf(row).some((entry) => entry.kind === "event" && entry.trace === trace)
  );
}
