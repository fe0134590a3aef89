import type { Feed, FeedColumn } from "../../contract/feed.ts";
import { formats, language, texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import { isStatus, TimeCell, TraceCell, Value } from "./cells.tsx";
import type { GapMark, MalformedMessage } from "./entry.ts";
import { gapWords } from "./gap-words.ts";
import type { KeyedRow, Row } from "./holding.ts";
import { problemText } from "./problem-text.ts";
import { recoveredWords } from "./recovered-words.ts";

/** Rows are this high, in pixels; the style sheet has the same figure. */
export const ROW_HEIGHT = 36;

/** Where a line is laid out. */
interface RowPlace {
  readonly feed: Feed;
  readonly columns: readonly FeedColumn[];
  readonly index: number;
  /** Whether Tab stops here. */
  readonly isStop: boolean;
}

/** One line of a feed: an event, the latest event of a key, a malformed message, or a gap. */
export function FeedRow(props: RowPlace & { row: Row; onOpen: (row: Row) => void }) {
  const { row, onOpen, ...place } = props;
  const { feed, columns, index, isStop } = place;
  if (row.kind === "gap") return <GapRow {...place} gap={row} />;
  const open = () => onOpen(row);
  if (row.kind === "malformed") return <MalformedRow {...place} entry={row} onOpen={open} />;
  const event = row.kind === "keyed" ? row.latest : row;
  return (
    <tr
      class="row"
      aria-rowindex={index + 2}
      data-testid={`feed-${feed.id}-row`}
      data-kind={row.kind}
      data-key={row.kind === "keyed" ? row.key : undefined}
    >
      <TimeCell atMs={event.atMs} isStop={isStop} onOpen={open} />
      {columns.map((column) => (
        <td class={cellClass(feed, column)} key={column.field}>
          <div class="cell__text">
            <Value feed={feed} event={event} column={column} />
          </div>
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

function MalformedRow(props: RowPlace & { entry: MalformedMessage; onOpen: () => void }) {
  const { feed, columns, entry, index, isStop } = props;
  return (
    <tr
      class="row row--malformed"
      aria-rowindex={index + 2}
      data-testid={`feed-${feed.id}-row`}
      data-kind="malformed"
      data-field={entry.problem.field}
      data-reason={entry.problem.reason}
    >
      <TimeCell atMs={entry.atMs} isStop={isStop} onOpen={props.onOpen} />
      <td class="cell" colSpan={columns.length + 1}>
        <div class="row__text">
          <Icon name="alert" />
          <strong>{texts.value.malformed}</strong> {problemText(entry.problem, texts.value, formats.value)}
        </div>
      </td>
    </tr>
  );
}

function GapRow({ feed, columns, gap, index }: RowPlace & { gap: GapMark }) {
  return (
    <tr
      class="row row--gap"
      aria-rowindex={index + 2}
      data-testid={`feed-${feed.id}-gap`}
      data-kind="gap"
      data-missing={gap.missing === "unknown" ? "unknown" : (Object.values(gap.missing)[0] ?? 0)}
    >
      <td class="cell" colSpan={columns.length + 2}>
        <div class="row__text">
          <Icon name="gap" />
          {recoveredWords(gap) ?? gapWords(gap, texts.value, formats.value)}
        </div>
      </td>
    </tr>
  );
}

function cellClass(feed: Feed, column: FeedColumn): string {
  return isStatus(feed, column) ? "cell cell--field cell--status" : "cell cell--field";
}

/** The headings of a feed's columns. */
export function FeedHeadings({ feed, columns }: { feed: Feed; columns: readonly FeedColumn[] }) {
  const t = texts.value;
  return (
    <tr class="row row--headings" aria-rowindex={1}>
      <th class="cell cell--time" scope="col">
        {t.columnTime}
      </th>
      {columns.map((column) => (
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
