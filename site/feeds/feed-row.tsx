import type { Feed, FeedColumn } from "../../worker/feeds.ts";
import { formats, language, texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import { isStatus, TimeCell, TraceCell, Value } from "./cells.tsx";
import type { GapMark, MalformedMessage } from "./entry.ts";
import { gapWords } from "./gap-words.ts";
import type { KeyedRow, Row } from "./holding.ts";
import { problemText } from "./problem-text.ts";

/** Rows are this high, in pixels; the style sheet has the same figure. */
export const ROW_HEIGHT = 36;

/** One line of a feed: an event, the latest event of a key, a malformed message, or a gap. */
export function FeedRow(props: { feed: Feed; row: Row; index: number; onOpen: (row: Row) => void }) {
  const { feed, row, index, onOpen } = props;
  if (row.kind === "gap") return <GapRow feed={feed} gap={row} index={index} />;
  const open = () => onOpen(row);
  if (row.kind === "malformed") return <MalformedRow feed={feed} entry={row} index={index} onOpen={open} />;
  const event = row.kind === "keyed" ? row.latest : row;
  return (
    <tr
      class="row"
      aria-rowindex={index + 2}
      data-testid={`feed-${feed.id}-row`}
      data-kind={row.kind}
      data-key={row.kind === "keyed" ? row.key : undefined}
    >
      <TimeCell atMs={event.atMs} onOpen={open} />
      {feed.columns.map((column) => (
        <td class={cellClass(feed, column)} key={column.field}>
          <Value feed={feed} event={event} column={column} />
        </td>
      ))}
      {row.kind === "keyed" ? <HistoryCell row={row} /> : <TraceCell event={event} />}
    </tr>
  );
}

function HistoryCell({ row }: { row: KeyedRow }) {
  const count = formats.value.number(row.count);
  return (
    <td class="cell cell--trace" title={texts.value.historyCount(count)}>
      ×{count}
    </td>
  );
}

function MalformedRow(props: { feed: Feed; entry: MalformedMessage; index: number; onOpen: () => void }) {
  const { feed, entry, index } = props;
  return (
    <tr
      class="row row--malformed"
      aria-rowindex={index + 2}
      data-testid={`feed-${feed.id}-row`}
      data-kind="malformed"
      data-field={entry.problem.field}
      data-reason={entry.problem.reason}
    >
      <TimeCell atMs={entry.atMs} onOpen={props.onOpen} />
      <td class="cell" colSpan={feed.columns.length + 1}>
        <div class="row__text">
          <Icon name="alert" />
          <strong>{texts.value.malformed}</strong> {problemText(entry.problem, texts.value, formats.value)}
        </div>
      </td>
    </tr>
  );
}

function GapRow({ feed, gap, index }: { feed: Feed; gap: GapMark; index: number }) {
  return (
    <tr class="row row--gap" aria-rowindex={index + 2} data-testid={`feed-${feed.id}-gap`} data-kind="gap">
      <td class="cell" colSpan={feed.columns.length + 2}>
        <div class="row__text">
          <Icon name="gap" />
          {gapWords(gap, texts.value, formats.value)}
        </div>
      </td>
    </tr>
  );
}

function cellClass(feed: Feed, column: FeedColumn): string {
  return isStatus(feed, column) ? "cell cell--field cell--status" : "cell cell--field";
}

/** The headings of a feed's columns. */
export function FeedHeadings({ feed }: { feed: Feed }) {
  const t = texts.value;
  return (
    <tr class="row row--headings" aria-rowindex={1}>
      <th class="cell cell--time" scope="col">
        {t.columnTime}
      </th>
      {feed.columns.map((column) => (
        <th class={cellClass(feed, column)} scope="col" key={column.field}>
          {column.title[language.value]}
        </th>
      ))}
      <th class="cell cell--trace" scope="col">
        {feed.view === "latest-by-key" ? t.detailHistory : t.columnTrace}
      </th>
    </tr>
  );
}
