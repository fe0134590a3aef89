import { timeOf } from "../content/path.ts";
import type { Entry, FeedEvent } from "./entry.ts";
import { eventsOf, type Row } from "./kept.ts";

/** An event and what it came by. */
export interface TracedEvent<F> {
  readonly feed: F;
  readonly event: FeedEvent;
}

/** What a trace is looked for in. */
export interface Traceable<F> {
  readonly feed: F;
  readonly rows: readonly Row[];
}

/** Every kept event that carries a trace id, in the order of their times. */
export function eventsWithTrace<F>(all: readonly Traceable<F>[], trace: string): readonly TracedEvent<F>[] {
  return all
    .flatMap(({ feed, rows }) => {
      const carrying = rows.filter((row) => carries(row, trace)).flatMap(eventsOf);
      return carrying.filter((event) => event.trace === trace).map((event) => ({ feed, event }));
    })
    .sort((one, other) => timeOf(one.event) - timeOf(other.event));
}

/** Whether a row belongs to a trace, with any of its events; a gap is never hidden. */
export function hasTrace(row: Row, trace: string): boolean {
  return row.kind === "gap" || carries(row, trace);
}

/** Asked of every row with each event that comes: it copies no history. */
function carries(row: Row, trace: string): boolean {
  const isOfTrace = (entry: Entry) => entry.kind === "event" && entry.trace === trace;
  return row.kind === "keyed" ? row.some(isOfTrace) : isOfTrace(row);
}
