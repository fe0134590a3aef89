import { formats, texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import { VirtualTable } from "../ui/virtual-table.tsx";
import { FeedHeadings, FeedRow, ROW_HEIGHT } from "./feed-row.tsx";
import type { FeedView, NewMessages } from "./feed-view.ts";
import type { Row } from "./holding.ts";

/** A feed's rows under their headings; they stand still while the reader is in them. */
export function FeedRows(props: { view: FeedView; news: NewMessages; onOpen: (row: Row) => void }) {
  const { view, onOpen } = props;
  const { feed } = view.store;
  const columns = view.columns();
  return (
    <div
      class="rows"
      onPointerDown={() => view.hold("pressed")}
      // The click comes right after, and must still find the row that was pressed.
      onPointerUp={() => setTimeout(() => view.release("pressed"))}
      onPointerCancel={() => view.release("pressed")}
      onPointerLeave={() => view.release("pressed")}
      onFocusCapture={(event) => {
        if (event.target instanceof Element && event.target.matches(":focus-visible")) view.hold("focused");
      }}
      onBlurCapture={() => view.release("focused")}
    >
      {props.news.count > 0 && <GoOn view={view} news={props.news} />}
      <VirtualTable
        labelledBy={`feed-${feed.id}-title`}
        headings={<FeedHeadings feed={feed} columns={columns} />}
        count={view.laidOut.length}
        rowHeight={ROW_HEIGHT}
        onScrolled={(fromTop) =>
          fromTop > ROW_HEIGHT / 2 ? view.hold("scrolled") : view.release("scrolled")
        }
        canOpen={(index) => view.laidOut[index]?.kind !== "gap"}
        row={(index, isStop) => {
          const row = view.laidOut[index];
          return row === undefined ? null : (
            <FeedRow key={index} {...{ feed, columns, row, index, isStop, onOpen }} />
          );
        }}
      />
    </div>
  );
}

/** How much came, and how much of it is still there where that isn't all. */
export function newsWords({ count, kept }: NewMessages): string {
  const { number } = formats.value;
  const words = texts.value.newMessages(number(count));
  return kept < count ? `${words}, ${texts.value.newMessagesKept(number(kept))}` : words;
}

/** Tells what came since the rows stand still, and goes on with it. */
function GoOn({ view, news }: { view: FeedView; news: NewMessages }) {
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
        // Rows that stay scrolled would be held again at once.
        event.currentTarget.parentElement?.querySelector(".scroller")?.scrollTo({ top: 0 });
      }}
    >
      <Icon name="up" />
      {newsWords(news)}
    </button>
  );
}
