/** The shortest time shown, seconds: otherwise two points would make a line from edge to edge. */
const LEAST_SECONDS = 60;
/** Room above the highest and below the lowest value, as a share of the range between them. */
const ROOM = 0.1;
/** The least room, as a share of a value: with ticks closer than a double's 16 digits, uPlot would loop forever. */
const LEAST_ROOM = 1e-12;
/** Width of a digit on an axis, of what stands beside the digits, and of the narrowest axis; pixels. */
const DIGIT = 7;
const BESIDE = 8;
const LEAST_WIDTH = 64;
/** Longer ticks are cut: a double may have 309 digits, which would leave no room for the chart. */
const TICK_CHARACTERS = 27;

/** The range of times: from the first to the last known, and at least a minute; seconds. */
export function timeRange(least: number | null, most: number | null): [number, number] {
  const end = most ?? 0;
  return [Math.min(least ?? end, end - LEAST_SECONDS), end];
}

/**
 * The range of values: all of them with some room, and the marks that are near them.
 * @param fromZero whether the range includes 0
 */
export function valueRange(
  least: number | null,
  most: number | null,
  fromZero: boolean,
  marks: readonly number[] = [],
): [number, number] {
  if (least === null || most === null) return [0, 1];
  let [low, high] = fromZero ? [Math.min(0, least), Math.max(0, most)] : [least, most];
  const span = high - low;
  for (const mark of marks) {
    // A distant threshold would flatten the line.
    if (mark > high && mark - high <= span) high = mark;
    if (mark < low && low - mark <= span) low = mark;
  }
  if (fromZero && high === low) return [0, 1];
  const room = Math.max(high === low ? 1 : (high - low) * ROOM, LEAST_ROOM * Math.max(-low, high));
  return [low === 0 && fromZero ? 0 : low - room, high + room];
}

/** Steps between two ticks: 1, 2 or 5 times a power of ten, so that ticks are written without rounding. */
export const TICK_STEPS: readonly number[] = Array.from({ length: 338 }, (_, index) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${index - 30}`)),
).flat();

/** A tick's text, cut at its end: the canvas would cut its front, which makes another number. */
export function tickOf(text: string): string {
  return text.length <= TICK_CHARACTERS ? text : `${text.slice(0, TICK_CHARACTERS - 1)}…`;
}

/** Width of an axis with these ticks, pixels: on a narrower axis they would lose their first digits. */
export function axisWidth(ticks: readonly string[]): number {
  return Math.max(LEAST_WIDTH, ...ticks.map(({ length }) => BESIDE + DIGIT * length));
}

/** The index of the newest value of each series, the times included; null where there is none yet. */
export function newestOf(lines: readonly ArrayLike<unknown>[]): (number | null)[] {
  return lines.map(({ length }) => (length === 0 ? null : length - 1));
}
