import "./number-panel.css";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { FeedColumn } from "../../contract/feed.ts";
import { cellsOf } from "../content/cell.ts";
import type { Line, NumberSeries } from "../content/series.ts";
import { thresholdsOf } from "../content/tones.ts";
import { formats, language, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import type { PanelModel } from "../panels/panel-model.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Chart } from "./chart.tsx";
import { PanelNumbers } from "./panel-numbers.ts";
import { trendPoints } from "./trend-points.ts";

/** More lines than these can't be told apart, nor more values be read at a glance. */
const MAX_LINES = 16;
/** What a value's line shows of its past. */
const TREND_SECONDS = 120;
const TONES = {
  good: "--green",
  bad: "--red",
  warn: "--amber",
  active: "--amber",
  neutral: "--grey",
} as const;

/** A panel of numbers over time: one line for each field, and for each key. */
export function ChartPanel({ panel }: { panel: PanelModel }) {
  const { series, columns } = useNumbers(panel);
  const still = useStill(panel.view.paused.value);
  const f = formats.value;
  const lines = series.lines.slice(0, MAX_LINES);
  const data = useMemo(() => series.aligned(lines, nowSecondMs.value), [nowSecondMs.value, lines.length]);
  const only = columns.size === 1 ? [...columns.values()][0] : undefined;
  const format = useMemo(() => writerOf(only), [only, language.value]);
  if (lines.length === 0) return <p class="empty__title numbers__none">{sheetTexts.value.numbersNone}</p>;
  const labels = lines.map((line) => labelOf(line, columns));
  return still(
    <div class="numbers">
      <Chart
        labels={labels}
        data={data as Parameters<typeof Chart>[0]["data"]}
        format={format}
        time={f.time}
        timeLabel={texts.value.columnTime}
        summary={labels
          .map((label, index) => `${label}: ${format(lines[index]?.latest.number ?? 0)}`)
          .join(", ")}
        marks={marksOf(columns)}
        fromZero={false}
        fills
        testId={`feed-${panel.feed.id}-chart`}
      />
    </div>,
  );
}

/** A panel of the latest numbers, large enough to be read from afar, with where they came from. */
export function ValuePanel({ panel }: { panel: PanelModel }) {
  const { series, columns } = useNumbers(panel);
  const still = useStill(panel.view.paused.value);
  const lines = series.lines.slice(0, MAX_LINES);
  const data = series.aligned(lines, nowSecondMs.value);
  if (lines.length === 0) return <p class="empty__title numbers__none">{sheetTexts.value.numbersNone}</p>;
  return still(
    <dl class="values" data-testid={`feed-${panel.feed.id}-values`}>
      {lines.map((line, index) => {
        const column = columns.get(line.field);
        const cell = cellsOf(column ?? {}, formats.value, language.value)(line.latest.value);
        const numbers = (data[index + 1] ?? []).slice(-TREND_SECONDS);
        return (
          <div class="values__one" key={`${line.field} ${line.key}`}>
            <dt>{labelOf(line, columns)}</dt>
            <dd data-tone={cell.tone ?? undefined}>{cell.text}</dd>
            <svg class="sparkline" viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true">
              {trendPoints(numbers, 120, 24).map((points) => (
                <polyline key={points} points={points} />
              ))}
            </svg>
          </div>
        );
      })}
    </dl>,
  );
}

/** What stays as it was shown while the panel is paused; its numbers go on meanwhile. */
function useStill(isPaused: boolean): (now: VNode) => VNode {
  const shown = useRef<VNode | null>(null);
  return (now) => {
    if (!isPaused || shown.current === null) shown.current = now;
    return shown.current;
  };
}

/** A panel's numbers, drawn anew with what is published of it. */
function useNumbers({ store, view }: PanelModel): {
  series: NumberSeries;
  columns: ReadonlyMap<string, FeedColumn>;
} {
  const fields = view.fields.value;
  const numbers = useMemo(
    () => new PanelNumbers(store, fields === null ? store.feed.columns : view.columns.peek()),
    [store, fields],
  );
  useEffect(() => numbers.follow(), [numbers]);
  void store.snapshot.value;
  return { series: numbers.series, columns: numbers.columns() };
}

function labelOf({ field, key }: Line, columns: ReadonlyMap<string, FeedColumn>): string {
  const title = columns.get(field)?.title[language.value] ?? field;
  if (key === null) return title;
  return columns.size > 1 ? `${key} ${title}` : key;
}

function writerOf(column: FeedColumn | undefined): (value: number) => string {
  const cellOf = cellsOf({ format: "number", ...column }, formats.value, language.value);
  return (value) => cellOf(rounded(value)).text;
}

/** To what can be read off a chart; whole numbers keep all their digits. */
function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}

function marksOf(columns: ReadonlyMap<string, FeedColumn>) {
  return [...columns.values()].flatMap(({ tones }) =>
    thresholdsOf(tones).map(({ at, tone }) => ({ at, colour: TONES[tone] })),
  );
}
