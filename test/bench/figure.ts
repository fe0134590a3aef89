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

/** What may be asked of a group; the others look at nothing. */
export interface BenchOptions {
  /** Which storm. */
  readonly seed?: number;
  /** How long a storm lasts. */
  readonly seconds?: number;
}

/** A group of figures: a file of this folder exports it, and its name is the group's. */
export interface Group {
  run(options: BenchOptions): AsyncIterable<Figure>;
}

/** A figure of one run that is compared with nothing. */
export function single(figure: string, ours: number, unit: string): Figure {
  return { figure, ours, unit, baseline: null, ratio: null, baselineName: null, runs: 1, spread: 0 };
}

/** The middle of several runs, compared with nothing. */
export function repeated(figure: string, unit: string, ours: readonly number[]): Figure {
  return { ...single(figure, round(median(ours)), unit), runs: ours.length, spread: spreadOf(ours) };
}

/** A figure of runs that alternated with a baseline's. */
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

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("no median of nothing: give at least one value");
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}

/** How far the runs lie apart, as a share of the middle one. */
function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return middle === 0 ? 0 : round((Math.max(...values) - Math.min(...values)) / middle);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
