import { useEffect, useRef } from "preact/hooks";
import uPlot, { type AlignedData } from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../ui/theme.ts";
import { usePrefersDark } from "./prefers-dark.ts";

const HEIGHT = 200;

/** A line of a chart: its name and the custom property of its colour. */
export interface ChartLine {
  readonly label: string;
  readonly colour: string;
  readonly isDashed?: boolean;
}

/** Lines over time; drawn on a canvas, so `summary` says in words what is to be seen. */
export function Chart(props: {
  lines: readonly ChartLine[];
  data: AlignedData;
  /** Writes a value of the axis and of the legend. */
  format: (value: number) => string;
  time: (atMs: number) => string;
  /** What the axis of time is called. */
  timeLabel: string;
  summary: string;
  testId: string;
}) {
  const { lines, data, format, time, timeLabel, summary, testId } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // A canvas keeps the colours that it was painted in: in others it is another.
  const colours = `${theme.value} ${usePrefersDark()}`;
  const look = [colours, ...lines.map(({ label, colour }) => `${label} ${colour}`)].join();

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const colourOf = (property: string) => style.getPropertyValue(property).trim();
    const axis = {
      stroke: colourOf("--ink-soft"),
      grid: { stroke: colourOf("--line") },
      ticks: { show: false },
    };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        // On the right, room for half of the last time.
        padding: [8, 32, 0, 0],
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [
          { ...axis, space: 80, values: (_plot, ticks) => ticks.map((seconds) => time(seconds * 1000)) },
          { ...axis, size: 64, values: (_plot, ticks) => ticks.map(format) },
        ],
        series: [
          { label: timeLabel, value: (_plot, seconds) => (seconds === null ? "–" : time(seconds * 1000)) },
          ...lines.map(({ label, colour, isDashed = false }) => ({
            label,
            stroke: colourOf(colour),
            ...(isDashed ? { dash: [6, 4] } : {}),
            width: 1.5,
            points: { show: false },
            value: (_plot: uPlot, value: number | null) => (value === null ? "–" : format(value)),
          })),
        ],
      },
      data,
      element,
    );
    plot.current = made;
    tellNewest(made, data);
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
    // The data come by the effect below: a chart that is made anew each second would flicker.
  }, [look, format]);

  useEffect(() => {
    const made = plot.current;
    if (made === null) return;
    made.setData(data);
    tellNewest(made, data);
  }, [data]);

  return <div class="chart" ref={box} role="img" aria-label={summary} data-testid={testId} />;
}

/** Under no pointer the legend tells the newest values. */
function tellNewest(plot: uPlot, data: AlignedData): void {
  if ((plot.cursor.left ?? -1) < 0) plot.setLegend({ idx: data[0].length - 1 });
}
