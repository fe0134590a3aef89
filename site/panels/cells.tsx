import "./cells.css";
import { type ComponentChildren, Fragment } from "preact";
import type { Cell, CellOf } from "../content/cell.ts";
import { pathOf } from "../content/path.ts";
import { MAY_BREAK_AFTER } from "../content/widths.ts";
import { formats, texts } from "../i18n/i18n.ts";
import type { FeedEvent } from "./entry.ts";

const TRACE_CHARACTERS = 8;
const AFTER_BREAKS = new RegExp(`(?<=${MAY_BREAK_AFTER.source})`);

/**
 * A column's value in a cell. An error affects this cell only; missing, null and empty values look different. A plain
 * function, not a component, because a busy board renders thousands of cells a second.
 */
export function shownValue(event: FeedEvent, field: string, cellOf: CellOf): ComponentChildren {
  if (event.isDeletion && !field.startsWith("$")) return <span class="none">{texts.value.deleted}</span>;
  try {
    return shownCell(cellOf(pathOf(field).of(event)));
  } catch {
    return <span class="none">{texts.value.brokenCell}</span>;
  }
}

function shownCell({ kind, text, whole, tone, href }: Cell): ComponentChildren {
  switch (kind) {
    case "missing":
      return <span class="none">{texts.value.noValue}</span>;
    case "null":
      return <code class="none">null</code>;
    case "empty":
      return <code class="none">""</code>;
    case "chip":
      return (
        <span class="chip" data-tone={tone ?? "neutral"}>
          {breakable(text)}
        </span>
      );
    case "link":
      return (
        <a class="link cell__link" href={href ?? ""} target="_blank" rel="noreferrer">
          {text}
        </a>
      );
    default: {
      const isCode = kind === "json";
      if (!isCode && tone === null && whole === null) return kind === "text" ? breakable(text) : text;
      const Text = isCode ? "code" : "span";
      return (
        <Text class="toned" data-tone={tone ?? undefined} title={whole ?? undefined}>
          {text}
        </Text>
      );
    }
  }
}

/** Lets a text wrap after the same characters that the column's width was computed with. */
function breakable(text: string): ComponentChildren {
  if (text.includes(" ") || !MAY_BREAK_AFTER.test(text)) return text;
  return text.split(AFTER_BREAKS).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

/** The first characters of the trace id, or a note that there is none. */
export function TraceCell({ event: { trace } }: { event: FeedEvent }) {
  return (
    <td class="cell cell--trace">
      {trace === null ? <span class="none">{texts.value.noTrace}</span> : trace.slice(0, TRACE_CHARACTERS)}
    </td>
  );
}

/** A row's time, as the button that opens its details. Tab stops at only one row of a panel. */
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
