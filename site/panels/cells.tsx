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
 * The value of a column, which breaks alone. Missing, null and empty look different. No component, as a busy board shows
 * thousands a second.
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

/** A text that goes on in a second line after the same signs as its column's width was reckoned with. */
function breakable(text: string): ComponentChildren {
  if (text.includes(" ") || !MAY_BREAK_AFTER.test(text)) return text;
  return text.split(AFTER_BREAKS).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

/** The first characters of the trace id, or that there is none. */
export function TraceCell({ event: { trace } }: { event: FeedEvent }) {
  return (
    <td class="cell cell--trace">
      {trace === null ? <span class="none">{texts.value.noTrace}</span> : trace.slice(0, TRACE_CHARACTERS)}
    </td>
  );
}

/** When a line was published, as far as that is known; the button that opens it. Tab stops at one line of a panel only. */
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
