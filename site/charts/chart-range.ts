/** Less than this isn't shown: two points would be a line from edge to edge. */
const LEAST_SECONDS = 60;
/** Above the highest and below the lowest value, of the height between them. */
const ROOM = 0.1;

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
  const room = (high - low) * ROOM;
  if (room === 0) return fromZero ? [low, Math.max(1, high)] : [low - 1, high + 1];
  return [low === 0 && fromZero ? 0 : low - room, high + room];
}

/** Even figures between two ticks: 1, 2 or 5 of any power of ten, so that none is rounded where it is written. */
export function tickSteps(): readonly number[] {
  const steps: number[] = [];
  for (let power = -9; power <= 15; power += 1) {
    for (const digit of [1, 2, 5]) steps.push(Number(`${digit}e${power}`));
  }
  return steps;
}

/** The place of the newest value of each line, the times first; null where there is none yet. */
export function newestOf(lines: readonly ArrayLike<unknown>[]): (number | null)[] {
  return lines.map(({ length }) => (length === 0 ? null : length - 1));
}
