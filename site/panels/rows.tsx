import "./rows.css";
import { useEffect, useRef } from "preact/hooks";
import { formats, texts } from "../i18n/i18n.ts";
import { characterWidths } from "../ui/character-widths.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { VirtualTable } from "../ui/virtual-table.tsx";
import { remInPixels } from "../ui/width.ts";
import type { KeyedRow, Row } from "./kept.ts";
import type { NewMessages, PanelView } from "./panel-view.ts";
import { Headings, ROW_HEIGHT, RowLine } from "./row.tsx";

/** How long a keyed row is marked as changed, milliseconds, rounded up to the clock's next second. */
const CHANGED_MS = 1000;

/** A panel's rows under their headings, held while the reader interacts with them. */
export function Rows({ view, onOpen }: { view: PanelView; onOpen: (row: Row) => void }) {
  const { feed } = view.store;
  const layout = view.layout.value;
  const isKeyed = feed.view === "latest-by-key";
  const rows = view.rows.value;
  const news = view.news.value;
  const open = view.open.value;
  // The clock of seconds unmarks changed rows even if no message arrives.
  const sinceMs = isKeyed ? nowSecondMs.value - CHANGED_MS : 0;
  const hasChanged = ({ latest, events }: KeyedRow) =>
    events.length > 1 && !latest.isHistory && latest.atMs > sinceMs;
  // The focus that a mouse click leaves, or that a closing sheet restores, must not hold the rows.
  const isByPointer = useRef(false);
  // Once the table is gone, no event of it can release these holds.
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
      // Later: the click that follows must still hit the pressed row.
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
        // A click may move the focus from row to row; if a key does, onKeyDown has noted the key.
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
            characterWidth: characterWidths(box, "500"),
            boldCharacterWidth: characterWidths(box, "600"),
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
          const isChanged = row.kind === "keyed" && hasChanged(row);
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

/** How many messages arrived, and how many of them are still kept if not all. */
export function newsWords({ count, kept }: NewMessages): string {
  const f = formats.value;
  const words = texts.value.newMessages(f.count(count));
  return kept < count ? `${words}, ${texts.value.newMessagesKept(f.count(kept))}` : words;
}

/** Says how many messages arrived while the rows are held, and shows them when pressed. */
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
        // Scrolled rows would be held again at once.
        event.currentTarget.parentElement?.querySelector(".scroller")?.scrollTo({ top: 0 });
      }}
    >
      <Icon name="up" />
      {newsWords(news)}
    </button>
  );
}
