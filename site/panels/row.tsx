import "./row.css";
import { timeOf } from "../content/path.ts";
import { formats, language, texts } from "../i18n/i18n.ts";
import { Boundary } from "../ui/boundary.tsx";
import { Icon } from "../ui/icon.tsx";
import { shownValue, TimeCell, TraceCell } from "./cells.tsx";
import type { FeedEvent, GapMark } from "./entry.ts";
import { gapWords } from "./gap-words.ts";
import type { KeyedRow, Row } from "./kept.ts";
import { problemText } from "./problem-text.ts";
import { alignOf, type TableLayout } from "./table-layout.ts";

/** Height of a row in CSS pixels; tokens.css has the same value. */
export const ROW_HEIGHT = 32;

interface RowProps {
  readonly panelId: string;
  readonly row: Row;
  readonly layout: TableLayout;
  readonly index: number;
  /** Whether the details show it. */
  readonly isOpen: boolean;
  /** Whether Tab stops here. */
  readonly isStop: boolean;
  /** Whether it changed a moment ago. */
  readonly isChanged: boolean;
  readonly onOpen: (row: Row) => void;
}

/** A row: an event, the latest event of a key, a malformed message, or a gap. An error in it affects no other row. */
export function RowLine(props: RowProps) {
  const { row, layout, index } = props;
  return (
    <Boundary
      of={row}
      // The layout object changes with every message; `cellOf` only with the columns and the language.
      by={layout.columns[0]?.cellOf}
      fallback={() => (
        <tr class="row row--malformed" aria-rowindex={index + 2} data-kind="broken">
          <td class="cell" colSpan={1 + cellsBehind(layout)}>
            {texts.value.brokenRow}
          </td>
        </tr>
      )}
    >
      {row.kind === "gap" ? <GapLine {...props} gap={row} /> : <MessageLine {...props} row={row} />}
    </Boundary>
  );
}

/** The number of cells after the time. */
function cellsBehind({ columns, last }: TableLayout): number {
  return columns.length + Number(last !== null);
}

function MessageLine(props: RowProps & { row: Exclude<Row, GapMark> }) {
  const { panelId, row, layout, index, isOpen, isStop, isChanged, onOpen } = props;
  const message = row.kind === "keyed" ? row.latest : row;
  const problem = row.kind === "malformed" ? row.problem : null;
  return (
    <tr
      class={problem === null ? "row" : "row row--malformed"}
      aria-rowindex={index + 2}
      aria-current={isOpen ? "true" : undefined}
      data-testid={`feed-${panelId}-row`}
      data-kind={row.kind}
      data-key={row.kind === "keyed" ? row.key : undefined}
      data-deleted={message.isDeletion || undefined}
      data-changed={isChanged || undefined}
      data-field={problem?.field}
      data-reason={problem?.reason}
    >
      <TimeCell atMs={timeOf(message)} isStop={isStop} onOpen={() => onOpen(row)} />
      {message.kind === "malformed" ? (
        <td class="cell" colSpan={cellsBehind(layout)}>
          <div class="row__text">
            <Icon name="alert" />
            <strong>{texts.value.malformed}</strong>{" "}
            {problemText(message.problem, texts.value, formats.value)}
          </div>
        </td>
      ) : (
        <EventCells layout={layout} event={message} />
      )}
      {row.kind === "keyed" && layout.last === "history" && <HistoryCell row={row} />}
    </tr>
  );
}

/** The cells of an event's fields, and of its trace where the table has that column. */
function EventCells({ layout, event }: { layout: TableLayout; event: FeedEvent }) {
  return (
    <>
      {layout.columns.map(({ column: { field, align, format }, cellOf, paddingPx }) => (
        <td
          class="cell"
          data-align={align ?? alignOf(format)}
          style={{ paddingInlineEnd: px(paddingPx) }}
          key={field}
        >
          <div class={format === "chip" ? "cell__text cell__text--chip" : "cell__text"}>
            {shownValue(event, field, cellOf)}
          </div>
        </td>
      ))}
      {layout.last === "trace" && <TraceCell event={event} />}
    </>
  );
}

function HistoryCell({ row }: { row: KeyedRow }) {
  const count = formats.value.count(row.events.length);
  return (
    <td class="cell cell--trace" title={texts.value.historyCount(count)}>
      ×{count.text}
    </td>
  );
}

function GapLine({ panelId, layout, gap, index }: RowProps & { gap: GapMark }) {
  return (
    <tr
      class="row row--gap"
      aria-rowindex={index + 2}
      data-testid={`feed-${panelId}-gap`}
      data-kind="gap"
      data-missing={gap.missing === "unknown" ? "unknown" : (Object.values(gap.missing)[0] ?? 0)}
    >
      <td class="cell" colSpan={1 + cellsBehind(layout)}>
        <div class="row__text">
          <Icon name="gap" />
          {gapWords(gap, texts.value, formats.value)}
        </div>
      </td>
    </tr>
  );
}

function px(length: number | undefined): string | undefined {
  return length === undefined ? undefined : `${length}px`;
}

/** The headings of a panel's columns, as buttons that sort the rows unless `onSort` is null. */
export function Headings(props: {
  layout: TableLayout;
  sort: { readonly field: string; readonly isDown: boolean } | null;
  onSort: ((field: string) => void) | null;
}) {
  const { layout, sort, onSort } = props;
  const t = texts.value;
  return (
    <tr class="row row--headings" aria-rowindex={1}>
      <th class="cell cell--time" scope="col" style={{ width: px(layout.timePx) }}>
        {t.columnTime}
      </th>
      {layout.columns.map(({ column: { field, title, align, format }, widthPx, paddingPx }) => {
        const words = title[language.value];
        const isSorted = sort?.field === field;
        return (
          <th
            class="cell"
            scope="col"
            key={field}
            data-align={align ?? alignOf(format)}
            aria-sort={isSorted ? (sort.isDown ? "descending" : "ascending") : undefined}
            style={{ width: px(widthPx), paddingInlineEnd: px(paddingPx) }}
          >
            {onSort === null ? (
              words
            ) : (
              <button type="button" class="sort" onClick={() => onSort(field)}>
                {words}
                {isSorted && <span aria-hidden="true">{sort.isDown ? " ↓" : " ↑"}</span>}
              </button>
            )}
          </th>
        );
      })}
      {layout.last !== null && (
        <th class="cell cell--trace" scope="col" style={{ width: px(layout.lastPx) }}>
          {layout.last === "history" ? t.detailHistory : t.columnTrace}
        </th>
      )}
    </tr>
  );
}
