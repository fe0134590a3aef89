import { formats, texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import { VirtualTable } from "../ui/virtual-table.tsx";
import { FeedHeadings, FeedRow, ROW_HEIGHT } from "./feed-row.tsx";
import type { FeedView } from "./feed-view.ts";
import type { Row } from "./holding.ts";

/** A feed's rows under their headings; they stand still while the reader is in them. */
export function FeedRows(props: {
  view: FeedView;
  rows: readonly Row[];
  newCount: number;
  onOpen: (row: Row) => void;
}) {
  const { view, rows, onOpen } = props;
  const { feed } = view.store;
  return (
    <div
      class="rows"
      onPointerDown={() => view.hold("pressed")}
      onPointerUp={() => view.release("pressed")}
      onPointerCancel={() => view.release("pressed")}
      onPointerLeave={() => view.release("pressed")}
      onFocusCapture={(event) => {
        if (event.target instanceof Element && event.target.matches(":focus-visible")) view.hold("focused");
      }}
      onBlurCapture={() => view.release("focused")}
    >
      {props.newCount > 0 && <NewMessages view={view} count={props.newCount} />}
      <VirtualTable
        labelledBy={`feed-${feed.id}-title`}
        headings={<FeedHeadings feed={feed} />}
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        onScrolled={(fromTop) =>
          fromTop > ROW_HEIGHT / 2 ? view.hold("scrolled") : view.release("scrolled")
        }
        row={(index) => {
          const row = rows[index];
          return row === undefined ? null : (
            <FeedRow key={index} feed={feed} row={row} index={index} onOpen={onOpen} />
          );
        }}
      />
    </div>
  );
}

/** Tells what came since the rows stand still, and goes on with it. */
function NewMessages({ view, count }: { view: FeedView; count: number }) {
  return (
    <button
      type="button"
      class="button button--primary button--small rows__new"
      title={texts.value.newMessagesHint}
      data-testid={`feed-${view.store.feed.id}-new`}
      data-value={count}
      onClick={(event) => {
        view.releaseAll();
        // Rows that stay scrolled would be held again at once.
        event.currentTarget.parentElement?.querySelector(".scroller")?.scrollTo({ top: 0 });
      }}
    >
      <Icon name="up" />
      {texts.value.newMessages(formats.value.number(count))}
    </button>
  );
}
