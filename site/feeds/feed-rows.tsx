import { VirtualTable } from "../ui/virtual-table.tsx";
import { FeedHeadings, FeedRow, ROW_HEIGHT } from "./feed-row.tsx";
import type { FeedView } from "./feed-view.ts";
import type { Row } from "./holding.ts";

/** A feed's rows under their headings; they stand still while the reader is in them. */
export function FeedRows(props: { view: FeedView; rows: readonly Row[]; onOpen: (row: Row) => void }) {
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
