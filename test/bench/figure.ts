/** One line of a benchmark's output. */
export interface Figure {
  readonly figure: string;
  readonly ours: number;
  readonly unit: string;
  /** What `ours` is compared with; null without a baseline. */
  readonly baseline: number | null;
  /** `ours` / `baseline`. */
  readonly ratio: number | null;
  readonly baselineName: string | null;
  readonly runs: number;
  /** (Largest - smallest) / median of our runs; 0 with one run. */
  readonly spread: number;
}

/** Options of the group `storm`; the other groups ignore them. */
export interface BenchOptions {
  /** Seed of the storm's random faults. */
  readonly seed?: number;
  /** Duration of the storm. */
  readonly seconds?: number;
}

/** The exports of a group's file; the file's name is the group's name. */
export interface Group {
  run(options: BenchOptions): AsyncIterable<Figure>;
}

/** A figure of one run, without a baseline. */
export function single(figure: string, ours: number, unit: string): Figure {
  return { figure, ours, unit, baseline: null, ratio: null, baselineName: null, runs: 1, spread: 0 };
}

/** The median of several runs, without a baseline. */
export function repeated(figure: string, unit: string, ours: readonly number[]): Figure {
  return { ...single(figure, round(median(ours)), unit), runs: ours.length, spread: spreadOf(ours) };
}

/** The median of runs that alternated with those of a baseline. */
export function compared(
  figure: string,
  unit: string,
  ours: readonly number[],
  baseline: readonly number[],
  baselineName: string,
): Figure {
  const [middle, other] = [median(ours), median(baseline)];
  return {
    figure,
    ours: middle,
    unit,
    baseline: other,
    ratio: round(middle / other),
    baselineName,
    runs: ours.length,
    spread: spreadOf(ours),
  };
}

/** The middle value, or the mean of the two middle ones. @throws RangeError for an empty list */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("an empty list has no median: give at least one value");
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}

/** (Largest - smallest) / median. */
function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return middle === 0 ? 0 : round((Math.max(...values) - Math.min(...values)) / middle);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
