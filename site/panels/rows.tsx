import "./rows.css";
import { useEffect, useRef } from "preact/hooks";
import { formats, texts } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { signWidths } from "../ui/sign-widths.ts";
import { VirtualTable } from "../ui/virtual-table.tsx";
import { remInPixels } from "../ui/width.ts";
import type { KeyedRow, Row } from "./kept.ts";
import type { NewMessages, PanelView } from "./panel-view.ts";
import { Headings, ROW_HEIGHT, RowLine } from "./row.tsx";

/** A row whose key has something newer is marked for so long, and until the clock's next second. */
const CHANGED_MS = 1000;

/** A panel's rows under their headings; they stand still while the reader is in them. */
export function Rows({ view, onOpen }: { view: PanelView; onOpen: (row: Row) => void }) {
  const { feed } = view.store;
  const layout = view.layout.value;
  const isKeyed = feed.view === "latest-by-key";
  const rows = view.rows.value;
  const news = view.news.value;
  const open = view.open.value;
  // What has changed stops being marked by time alone.
  const sinceMs = isKeyed ? nowSecondMs.value - CHANGED_MS : 0;
  const isNew = ({ latest, events }: KeyedRow) =>
    events.length > 1 && !latest.isHistory && latest.atMs > sinceMs;
  // Who came with the mouse isn't held by the focus that a click leaves behind, nor when a sheet gives it back.
  const isByPointer = useRef(false);
  // What was scrolled, pressed or had the focus isn't there any more.
  useEffect(
    () => () => {
      for (const reason of ["scrolled", "pressed", "focused"] as const) view.release(reason);
    },
    [view],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it notes what the reader does with the buttons inside
    <div
      class={news.count > 0 ? "rows rows--news" : "rows"}
      onPointerDown={() => {
        isByPointer.current = true;
        view.hold("pressed");
      }}
      // The click comes right after, and must still find the row that was pressed.
      onPointerUp={() => setTimeout(() => view.release("pressed"))}
      onPointerCancel={() => view.release("pressed")}
      onPointerLeave={() => view.release("pressed")}
      onKeyDown={(event) => {
        if (event.key === "Escape") return;
        isByPointer.current = false;
        view.hold("focused");
      }}
      onFocusCapture={() => {
        if (!isByPointer.current) view.hold("focused");
      }}
      onBlurCapture={(event) => {
        view.release("focused");
        const next = event.relatedTarget;
        // From one row to the next it goes by the mouse too, or by a key, which says so itself.
        const isElsewhere = next instanceof Element && !event.currentTarget.contains(next);
        if (isElsewhere && next.closest(".sheet") === null) isByPointer.current = false;
      }}
    >
      {news.count > 0 && (
        <ResumeButton
          {...{ view, news }}
          onResume={() => {
            isByPointer.current = false;
          }}
        />
      )}
      <VirtualTable
        labelledBy={`feed-${feed.id}-title`}
        headings={
          <Headings
            layout={layout}
            sort={view.sort.value}
            onSort={feed.view === "log" ? null : (field) => view.sortBy(field)}
          />
        }
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        onSized={(box, insidePx) => {
          view.room.value = {
            insidePx,
            isNarrow: box.dataset.width !== undefined,
            remPx: remInPixels(),
            widthOfSign: signWidths(box, "500"),
            widthOfBoldSign: signWidths(box, "600"),
          };
        }}
        onScrolled={(fromTop) =>
          fromTop > ROW_HEIGHT / 2 ? view.hold("scrolled") : view.release("scrolled")
        }
        canOpen={(index) => view.rows.peek()[index]?.kind !== "gap"}
        row={(index, isStop) => {
          const row = rows[index];
          if (row === undefined) return null;
          const isOpen = open !== null && open === (row.kind === "keyed" ? row.key : row.seq);
          const isChanged = row.kind === "keyed" && isNew(row);
          return (
            <RowLine
              key={index}
              panelId={feed.id}
              {...{ layout, row, isChanged, index, isStop, isOpen, onOpen }}
            />
          );
        }}
      />
    </div>
  );
}

/** How much came, and how much of it is still there where that isn't all. */
export function newsWords({ count, kept }: NewMessages): string {
  const f = formats.value;
  const words = texts.value.newMessages(f.count(count));
  return kept < count ? `${words}, ${texts.value.newMessagesKept(f.count(kept))}` : words;
}

/** Tells what came since the rows stand still, and goes on with it. */
function ResumeButton(props: { view: PanelView; news: NewMessages; onResume: () => void }) {
  const { view, news, onResume } = props;
  return (
    <button
      type="button"
      class="button button--primary button--small rows__new"
      title={texts.value.newMessagesHint}
      data-testid={`feed-${view.store.feed.id}-new`}
      data-value={news.count}
      data-kept={news.kept}
      onClick={(event) => {
        view.releaseAll();
        onResume();
        // Rows that stay scrolled would be held again at once.
        event.currentTarget.parentElement?.querySelector(".scroller")?.scrollTo({ top: 0 });
      }}
    >
      <Icon name="up" />
      {newsWords(news)}
    </button>
  );
}
