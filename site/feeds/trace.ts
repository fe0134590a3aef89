import type { Feed } from "../../contract/feed.ts";
import { type FeedEvent, traceOf } from "./entry.ts";
import type { Row } from "./holding.ts";

/** An event and the feed it came by. */
export interface TracedEvent {
  readonly feed: Feed;
  readonly event: FeedEvent;
}

/** What a trace is looked for in. */
export interface Traceable {
  readonly feed: Feed;
  rows(): readonly Row[];
}

/** Every kept event of all feeds that carries a trace id, in the order of arrival. */
export function eventsWithTrace(feeds: readonly Traceable[], trace: string): readonly TracedEvent[] {
  const found: TracedEvent[] = [];
  for (const { feed, rows } of feeds.map((store) => ({ feed: store.feed, rows: store.rows() }))) {
    for (const event of rows.flatMap(eventsOf)) {
      if (traceOf(event) === trace) found.push({ feed, event });
    }
  }
  return found.sort((one, other) => one.event.atMs - other.event.atMs);
}

function eventsOf(row: Row): readonly FeedEvent[] {
  if (row.kind === "keyed") return row.history();
  return row.kind === "event" ? [row] : [];
}
