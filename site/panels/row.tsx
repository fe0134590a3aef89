import "./row.css";
import { timeOf } from "../content/path.ts";
import type { ColumnWidth } from "../content/widths.ts";
import { formats, language, texts } from "../i18n/i18n.ts";
import { Boundary } from "../ui/boundary.tsx";
import { Icon } from "../ui/icon.tsx";
import { TimeCell, TraceCell, Value } from "./cells.tsx";
import type { GapMark, MalformedMessage } from "./entry.ts";
import { gapWords } from "./gap-words.ts";
import type { KeyedRow, Row } from "./kept.ts";
import { problemText } from "./problem-text.ts";
import { alignOf, type TableLayout } from "./table-layout.ts";

/** Rows are this high, in pixels; the style sheet has the same figure. */
export const ROW_HEIGHT = 32;

/** Where a line is laid out. */
interface RowPlace {
  readonly panelId: string;
  /** Whether a column stands behind the others: an event's trace, or how many a key has. */
  readonly hasLast: boolean;
  readonly layout: TableLayout;
  readonly index: number;
  /** Whether it is open beside the page. */
  readonly isOpen: boolean;
  /** Whether Tab stops here. */
  readonly isStop: boolean;
}

type RowProps = RowPlace & {
  readonly row: Row;
  /** Whether it has changed a moment ago. */
  readonly isChanged: boolean;
  readonly onOpen: (row: Row) => void;
};

/** One line of a panel: an event, the latest event of a key, a malformed message, or a gap. It breaks alone. */
export function RowLine(props: RowProps) {
  return (
    <Boundary of={props.row} fallback={() => <BrokenRow {...props} />}>
      <Line {...props} />
    </Boundary>
  );
}

function BrokenRow({ layout, hasLast, index }: RowPlace) {
  return (
    <tr class="row row--malformed" aria-rowindex={index + 2} data-kind="broken">
      <td class="cell" colSpan={1 + layout.columns.length + Number(hasLast)}>
        {texts.value.brokenRow}
      </td>
    </tr>
  );
}

function Line(props: RowProps) {
  const { row, isChanged, onOpen, ...place } = props;
  const { panelId, layout, index, isStop, isOpen } = place;
  if (row.kind === "gap") return <GapRow {...place} gap={row} />;
  const open = () => onOpen(row);
  if (row.kind === "malformed") return <MalformedRow {...place} entry={row} onOpen={open} />;
  const event = row.kind === "keyed" ? row.latest : row;
  return (
    <tr
      class="row"
      aria-rowindex={index + 2}
      aria-current={isOpen ? "true" : undefined}
      data-testid={`feed-${panelId}-row`}
      data-kind={row.kind}
      data-key={row.kind === "keyed" ? row.key : undefined}
      data-deleted={event.isDeletion || undefined}
      data-changed={isChanged || undefined}
    >
      <TimeCell atMs={timeOf(event)} isStop={isStop} onOpen={open} />
      {layout.columns.map(({ column: { field, align, format }, cellOf }, place) => (
        <td class={classOfField(layout, place)} data-align={align ?? alignOf(format)} key={field}>
          <div class={format === "chip" ? "cell__text cell__text--chip" : "cell__text"}>
            <Boundary of={event} fallback={() => <span class="none">{texts.value.brokenCell}</span>}>
              <Value event={event} field={field} cellOf={cellOf} />
            </Boundary>
          </div>
        </td>
      ))}
      {row.kind === "keyed" ? <HistoryCell row={row} /> : layout.hasTrace && <TraceCell event={event} />}
    </tr>
  );
}

function HistoryCell({ row }: { row: KeyedRow }) {
  const count = formats.value.count(row.count);
  return (
    <td class="cell cell--trace" title={texts.value.historyCount(count)}>
      ×{count.text}
    </td>
  );
}

function MalformedRow(props: RowPlace & { entry: MalformedMessage; onOpen: () => void }) {
  const { panelId, layout, hasLast, entry, index, isStop, isOpen } = props;
  return (
    <tr
      class="row row--malformed"
      aria-rowindex={index + 2}
      aria-current={isOpen ? "true" : undefined}
      data-testid={`feed-${panelId}-row`}
      data-kind="malformed"
      data-field={entry.problem.field}
      data-reason={entry.problem.reason}
    >
      <TimeCell atMs={timeOf(entry)} isStop={isStop} onOpen={props.onOpen} />
      <td class="cell" colSpan={layout.columns.length + Number(hasLast)}>
        <div class="row__text">
          <Icon name="alert" />
          <strong>{texts.value.malformed}</strong> {problemText(entry.problem, texts.value, formats.value)}
        </div>
      </td>
    </tr>
  );
}

function GapRow({ panelId, layout, hasLast, gap, index }: RowPlace & { gap: GapMark }) {
  return (
    <tr
      class="row row--gap"
      aria-rowindex={index + 2}
      data-testid={`feed-${panelId}-gap`}
      data-kind="gap"
      data-missing={gap.missing === "unknown" ? "unknown" : (Object.values(gap.missing)[0] ?? 0)}
    >
      <td class="cell" colSpan={1 + layout.columns.length + Number(hasLast)}>
        <div class="row__text">
          <Icon name="gap" />
          {gapWords(gap, texts.value, formats.value)}
        </div>
      </td>
    </tr>
  );
}

/** A style sheet that looked for the last one would do so again with every message. */
function classOfField({ columns }: TableLayout, place: number): string {
  return place === columns.length - 1 ? "cell cell--field cell--last-field" : "cell cell--field";
}

/** Widths as the style sheet takes them. */
export function widthProperties(of: "sum" | "column", width: ColumnWidth): { [name: string]: number } {
  return {
    [`--${of}-whole`]: width.whole,
    [`--${of}-one-line`]: width.oneLine,
    [`--${of}-two-lines`]: width.twoLines,
  };
}

/** The headings of a panel's columns; each sorts the rows where the panel can be sorted. */
export function Headings(props: {
  layout: TableLayout;
  isKeyed: boolean;
  sort: { readonly field: string; readonly isDown: boolean } | null;
  onSort: ((field: string) => void) | null;
}) {
  const { layout, isKeyed, sort, onSort } = props;
  const t = texts.value;
  return (
    <tr class="row row--headings" aria-rowindex={1}>
      <th class="cell cell--time" scope="col">
        {t.columnTime}
      </th>
      {layout.columns.map(({ column: { field, title, align, format }, width, isFlexible }, place) => {
        const words = title[language.value];
        const isSorted = sort?.field === field;
        return (
          <th
            class={classOfField(layout, place)}
            scope="col"
            key={field}
            data-align={align ?? alignOf(format)}
            aria-sort={isSorted ? (sort.isDown ? "descending" : "ascending") : undefined}
            style={isFlexible ? undefined : widthProperties("column", width)}
            data-fixed={!isFlexible}
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
      {(isKeyed || layout.hasTrace) && (
        <th class="cell cell--trace" scope="col">
          {isKeyed ? t.detailHistory : t.columnTrace}
        </th>
      )}
    </tr>
  );
}
