/** Less than this isn't shown: two points would be a line from edge to edge. */
const LEAST_SECONDS = 60;
/** Above the highest and below the lowest value, of the height between them. */
const ROOM = 0.1;
/** Of a value; a double has 16 digits: between ticks that are nearer than its last one, uPlot counts without end. */
const LEAST_ROOM = 1e-12;
/** What the digits of a value take on an axis, and what stands beside them, in pixels. */
const DIGIT = 7;
const BESIDE = 8;
const LEAST_WIDTH = 64;
/** Of a longer tick the end is left out: a double may have 309 digits, and nothing else would be on the chart. */
const TICK_CHARACTERS = 27;

/** The times to show: from the first that is known to the last, and at least a minute. */
export function timeRange(least: number | null, most: number | null): [number, number] {
  const end = most ?? 0;
  return [Math.min(least ?? end, end - LEAST_SECONDS), end];
}

/**
 * The values to show: all of them, with some room, and with the marks that they come near.
 * @param fromZero whether 0 belongs into the picture
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
    // A threshold far away would press the line flat.
    if (mark > high && mark - high <= span) high = mark;
    if (mark < low && low - mark <= span) low = mark;
  }
  if (fromZero && high === low) return [0, 1];
  const room = Math.max(high === low ? 1 : (high - low) * ROOM, LEAST_ROOM * Math.max(-low, high));
  return [low === 0 && fromZero ? 0 : low - room, high + room];
}

/** Even figures between two ticks: 1, 2 or 5 of any power of ten, so that none is rounded where it is written. */
export const TICK_STEPS: readonly number[] = Array.from({ length: 338 }, (_, index) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${index - 30}`)),
).flat();

/** A tick as it is written on an axis; cut at its front, as the canvas would, it would be another number. */
export function tickOf(text: string): string {
  return text.length <= TICK_CHARACTERS ? text : `${text.slice(0, TICK_CHARACTERS - 1)}…`;
}

/** How wide an axis is whose ticks are written like this: what has no room would lose its first digits. */
export function axisWidth(ticks: readonly string[]): number {
  return Math.max(LEAST_WIDTH, ...ticks.map(({ length }) => BESIDE + DIGIT * length));
}

/** The place of the newest value of each line, the times first; null where there is none yet. */
export function newestOf(lines: readonly ArrayLike<unknown>[]): (number | null)[] {
  return lines.map(({ length }) => (length === 0 ? null : length - 1));
}
