import { timeOf } from "../content/path.ts";
import type { FeedEvent } from "./entry.ts";
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
    .flatMap(({ feed, rows }) => rows.flatMap(eventsOf).map((event) => ({ feed, event })))
    .filter(({ event }) => event.trace === trace)
    .sort((one, other) => timeOf(one.event) - timeOf(other.event));
}

/** Whether a row belongs to a trace, with any of its events; a gap is never hidden. */
export function hasTrace(row: Row, trace: string): boolean {
  return row.kind === "gap" || eventsOf(row).some((event) => event.trace === trace);
}
