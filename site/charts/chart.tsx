import "./chart.css";
import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "preact/hooks";
import uPlot, { type AlignedData } from "uplot";
import { prefersDark, theme } from "../ui/theme.ts";
import { axisWidth, newestOf, TICK_STEPS, tickOf, timeRange, valueRange } from "./chart-range.ts";
import { lookOf } from "./series-look.ts";

const HEIGHT = 200;
/** Height of the time axis, pixels. */
const AXIS_HEIGHT = 32;

/** A horizontal line across a chart, such as a threshold. */
export interface ChartMark {
  readonly at: number;
  /** The CSS custom property of its colour. */
  readonly colour: string;
}

/** Lines over time, with gaps where values are unknown. `summary` describes the canvas to screen readers. */
export function Chart(props: {
  /** The names of the lines, whose index decides their look. */
  labels: readonly string[];
  /** Tooltips of the names in the legend. */
  titles?: readonly string[];
  /** Times in seconds, then each line's values; null where nothing is known. */
  data: AlignedData;
  /** Formats a value for the axis and the legend. */
  format: (value: number) => string;
  time: (atMs: number) => string;
  /** Name of the time axis. */
  timeLabel: string;
  summary: string;
  testId: string;
  marks?: readonly ChartMark[];
  /** Whether the value axis includes 0, as for counts and durations. */
  fromZero?: boolean;
  /** Whether to fill the parent's height instead of a fixed one. */
  fills?: boolean;
}) {
  const { labels, data, format, time, timeLabel, summary, testId } = props;
  const { titles = [], marks = [], fromZero = true, fills = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // A canvas keeps its painted colours: another theme needs another chart.
  const colours = `${theme.value} ${prefersDark.value}`;
  const thresholds = marks.map(({ at }) => at);
  const look = [colours, ...labels, ...thresholds].join();

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const computed = getComputedStyle(element);
    const colourOf = (property: string) => colourIn(element, computed, property);
    const painted = marks.map(({ at, colour }) => ({ at, colour: colourOf(colour) }));
    const axis = {
      stroke: colourOf("--ink-soft"),
      grid: { stroke: colourOf("--line"), width: 1 },
      ticks: { show: false },
    };
    const sizeNow = () => ({
      width: element.clientWidth,
      height: fills ? Math.max(120, element.clientHeight - legendHeight(element)) : HEIGHT,
    });
    const made = new uPlot(
      {
        ...sizeNow(),
        // On the right, room for half of the last time's label.
        padding: [8, 32, 0, 0],
        scales: {
          x: { range: (_plot, least, most) => timeRange(least, most) },
          y: { range: (_plot, least, most) => valueRange(least, most, fromZero, thresholds) },
        },
        axes: [
          {
            ...axis,
            size: AXIS_HEIGHT,
            space: 80,
            values: (_plot, ticks) => ticks.map((seconds) => time(seconds * 1000)),
          },
          {
            ...axis,
            size: (_plot, ticks) => axisWidth(ticks ?? []),
            incrs: [...TICK_STEPS],
            values: (_plot, ticks) => ticks.map((tick) => tickOf(format(tick))),
          },
        ],
        series: [
          { label: timeLabel, value: (_plot, seconds) => (seconds === null ? "–" : time(seconds * 1000)) },
          ...labels.map((label, index) => {
            const { colour, dash } = lookOf(index);
            return {
              label,
              stroke: colourOf(colour),
              ...(dash === null ? {} : { dash: [...dash] }),
              width: 1.5,
              points: { show: false },
              value: (_plot: uPlot, value: number | null) => (value === null ? "–" : format(value)),
            };
          }),
        ],
        hooks: { draw: [(drawn) => drawMarks(drawn, painted)], setLegend: [showNewest] },
      },
      data,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(sizeNow()));
    observer.observe(element);
    // The legend's number of lines may change with its values.
    const legend = element.querySelector(".u-legend");
    const [, ...named] = element.querySelectorAll<HTMLElement>(".u-legend .u-series");
    for (const [index, name] of named.entries()) name.title = titles[index] ?? "";
    if (legend !== null) observer.observe(legend);
    return () => {
      observer.disconnect();
      made.destroy();
    };
    // Without `data`, which the effect below sets: a chart that is recreated each second would flicker.
  }, [look, format]);

  useEffect(() => {
    const made = plot.current;
    if (made === null) return;
    made.setData(data);
    // Before the next draw, or the legend would show the values at the former newest index.
    showNewest(made);
  }, [data]);

  return (
    <div
      class={fills ? "chart chart--fills" : "chart"}
      ref={box}
      role="img"
      aria-label={summary}
      data-testid={testId}
    />
  );
}

/** The computed value of a CSS colour in the current theme, even under forced colours, so that lines differ. */
function colourIn({ style }: HTMLElement, computed: CSSStyleDeclaration, property: string): string {
  style.forcedColorAdjust = "none";
  style.color = `var(${property})`;
  const { color } = computed;
  style.color = "";
  style.forcedColorAdjust = "";
  return color;
}

function legendHeight(element: HTMLElement): number {
  return element.querySelector<HTMLElement>(".u-legend")?.offsetHeight ?? 40;
}

function drawMarks(plot: uPlot, marks: readonly ChartMark[]): void {
  const { ctx, bbox } = plot;
  for (const { at, colour } of marks) {
    const y = plot.valToPos(at, "y", true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }
}

/** Shows the newest values in the legend, unless the pointer is over the chart. */
function showNewest(plot: uPlot): void {
  if ((plot.cursor.left ?? -1) >= 0) return;
  plot.setLegend({ idxs: newestOf(plot.data) }, false);
}
