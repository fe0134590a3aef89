import "./number-panel.css";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { parseCondition } from "../../contract/condition.ts";
import type { FeedColumn } from "../../contract/feed.ts";
import { Chart } from "../charts/chart.tsx";
import { largeNumbers, numberFormatter, shownLines } from "../charts/number-lines.ts";
import type { NumberSeries } from "../content/series.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { useDisposable } from "../ui/disposable.ts";
import { linePoints } from "../ui/line-points.ts";
import type { PanelModel } from "./panel-model.ts";
import { chosenIn, numbersOf, PanelNumbers } from "./panel-numbers.ts";

/** How much of the past a value's sparkline shows. */
const TREND_SECONDS = 120;
const TONES = {
  good: "--green",
  bad: "--red",
  warn: "--amber",
  active: "--amber",
  neutral: "--grey",
} as const;

/** The body of a chart or value panel. It imports uPlot, so it is loaded with the first such panel. */
export function NumberPanel({ panel }: { panel: PanelModel }) {
  return panel.feed.view === "value" ? <ValuePanel panel={panel} /> : <ChartPanel panel={panel} />;
}

/** Numbers over time, with one line for each field and key. */
function ChartPanel({ panel }: { panel: PanelModel }) {
  const { series, columns } = useNumbers(panel);
  const held = useHeldChart(panel);
  const f = formats.value;
  const { lines, common, labelOf, titleOf, hidden, isCut } = shownLines(series, columns, language.value);
  const data = useMemo(
    () => series.aligned(lines, nowSecondMs.value),
    [nowSecondMs.value, series, lines.length],
  );
  const format = useMemo(() => numberFormatter(common, f, language.value), [common, language.value]);
  if (lines.length === 0) return <p class="empty__title numbers__none">{allTexts.value.numbersNone}</p>;
  const labels = lines.map(labelOf);
  return held(
    <div class="numbers">
      <Chart
        labels={labels}
        titles={lines.map(titleOf)}
        data={data as Parameters<typeof Chart>[0]["data"]}
        format={format}
        time={f.time}
        timeLabel={allTexts.value.columnTime}
        summary={labels
          .map((label, index) => `${label}: ${format(lines[index]?.latest.number ?? 0)}`)
          .join(", ")}
        marks={marksOf(columns)}
        fromZero={false}
        fills
        testId={`feed-${panel.feed.id}-chart`}
      />
      <HiddenLines count={hidden} isCut={isCut} />
    </div>,
  );
}

/** The latest numbers, large enough to be read from afar, each with a sparkline of its past. */
function ValuePanel({ panel }: { panel: PanelModel }) {
  const { series, columns } = useNumbers(panel);
  const held = useHeldChart(panel);
  const { lines, labelOf, titleOf, hidden, isCut } = shownLines(series, columns, language.value);
  const data = series.aligned(lines, nowSecondMs.value);
  if (lines.length === 0) return <p class="empty__title numbers__none">{allTexts.value.numbersNone}</p>;
  return held(
    <>
      <dl class="values" data-testid={`feed-${panel.feed.id}-values`}>
        {lines.map((line, index) => {
          const cell = largeNumbers(columns.get(line.field), formats.value, language.value)(line.latest);
          const numbers = (data[index + 1] ?? []).slice(-TREND_SECONDS);
          return (
            <div class="values__one" key={`${line.field} ${line.key}`}>
              <dt title={titleOf(line)}>{labelOf(line)}</dt>
              <dd
                data-tone={cell.tone ?? undefined}
                title={cell.whole ?? undefined}
                style={{ "--characters": cell.text.length }}
              >
                {cell.text}
              </dd>
              <svg class="sparkline" viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true">
                {linePoints(numbers, 120, 24).map((points) => (
                  <polyline key={points} points={points} />
                ))}
              </svg>
            </div>
          );
        })}
      </dl>
      <HiddenLines count={hidden} isCut={isCut} />
    </>,
  );
}

/** Holds the chart with the panel's rows: returns what was drawn first for the same filter, trace and fields. */
function useHeldChart({ view }: PanelModel): (now: VNode) => VNode {
  // The fields, not the `PanelNumbers`, which are new after each choice. A filter counts once its parser is loaded.
  const { filter, trace, fields, parsedFilter } = view;
  const wanted = JSON.stringify([parsedFilter.value.isEmpty || filter.value, trace.value, fields.value]);
  const heldCharts = view.heldCharts.value;
  return (now) => {
    const shown = heldCharts?.get(wanted) ?? now;
    heldCharts?.set(wanted, shown);
    return shown;
  };
}

/** A panel's numbers, updated with each published snapshot. */
function useNumbers({ store, view }: PanelModel): {
  series: NumberSeries;
  columns: ReadonlyMap<string, FeedColumn>;
} {
  const shows = view.rowFilter.value;
  const fields = view.fields.value;
  const shown = useDisposable(
    () => (shows === null ? null : new PanelNumbers(store, chosenIn(view), shows)),
    (numbers) => numbers?.stop(),
    [view, shows, fields],
  );
  void store.snapshot.value;
  const numbers = shown ?? numbersOf(view);
  return { series: numbers.series, columns: numbers.columns() };
}

function HiddenLines({ count, isCut }: { count: number; isCut: boolean }) {
  return count === 0 ? null : (
    <p class="numbers__more">{allTexts.value.numbersMore(formats.value.count(count), isCut)}</p>
  );
}

/** The numeric thresholds of the tone rules, as lines across the chart. */
function marksOf(columns: ReadonlyMap<string, FeedColumn>) {
  const rules = [...columns.values()].flatMap(({ tones }) => tones ?? []);
  return rules.flatMap(({ when, tone }) => {
    const condition = parseCondition(when);
    return condition !== null && "number" in condition ? [{ at: condition.number, colour: TONES[tone] }] : [];
  });
}
