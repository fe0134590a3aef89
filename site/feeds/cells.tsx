import type { Feed, FeedColumn } from "../../contract/feed.ts";
import { formats, texts } from "../i18n/i18n.ts";
import { fieldOf } from "./decode.ts";
import { type FeedEvent, traceOf } from "./entry.ts";
import { toneOf } from "./tone.ts";

/** Longer texts are cut in a row anyway; laying them out whole would cost a frame. */
const CELL_CHARACTERS = 300;
const TRACE_CHARACTERS = 8;

/** A field's value in one short line. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS)}…` : text;
}

/** Whether a column's field has a fixed set of values, so that each can be a chip. */
export function isStatus(feed: Feed, column: FeedColumn): boolean {
  return feed.fields.some((field) => field.name === column.field && field.values !== undefined);
}

/** The value of a column: a status as a chip, anything else as text. */
export function Value({ feed, event, column }: { feed: Feed; event: FeedEvent; column: FeedColumn }) {
  const text = cellText(fieldOf(event.value, column.field));
  if (text === "") return <span class="none">{texts.value.noValue}</span>;
  if (!isStatus(feed, column)) return text;
  return (
    <span class="chip" data-tone={toneOf(text)}>
      {text}
    </span>
  );
}

/** The first characters of the trace id, or that there is none. */
export function TraceCell({ event }: { event: FeedEvent }) {
  const trace = traceOf(event);
  return (
    <td class="cell cell--trace">
      {trace === null ? <span class="none">{texts.value.noTrace}</span> : trace.slice(0, TRACE_CHARACTERS)}
    </td>
  );
}

/** When a line arrived; the button that opens it. Tab stops at one line of a feed only. */
export function TimeCell({ atMs, isStop, onOpen }: { atMs: number; isStop: boolean; onOpen: () => void }) {
  const time = formats.value.time(atMs);
  return (
    <td class="cell cell--time">
      <button
        type="button"
        class="row__open"
        tabIndex={isStop ? 0 : -1}
        aria-label={texts.value.openDetails(time)}
        onClick={onOpen}
      >
        {time}
      </button>
    </td>
  );
}
