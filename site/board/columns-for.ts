/** Least width and height of a panel, in rem: a narrower table can't be read, and a lower one has fewer than 8 rows. */
const LEAST_WIDTH = 24;
const LEAST_HEIGHT = 23;
/** The ratio of width to height at which a panel reads best. */
const BEST_RATIO = 1.5;
/** Cost of an empty place, relative to the cost of a badly shaped panel. */
const EMPTY_COSTS = 0.1;

/**
 * Number of columns that suits this many panels on a board of this size, in rem. Lines that don't fit are scrolled
 * to, which costs nothing unless more columns would avoid it.
 */
export function columnsFor(count: number, width: number, height: number): number {
  const most = Math.max(1, Math.min(count, Math.floor(width / LEAST_WIDTH)));
  let best = 1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let columns = 1; columns <= most; columns += 1) {
    const lines = Math.ceil(count / columns);
    const each = Math.max(LEAST_HEIGHT, height / lines);
    const shape = Math.abs(Math.log(width / columns / each / BEST_RATIO));
    const beyond = Math.max(0, (lines * LEAST_HEIGHT) / height - 1);
    const cost = shape + beyond + (lines * columns - count) * EMPTY_COSTS;
    if (cost < bestCost) {
      best = columns;
      bestCost = cost;
    }
  }
  return best;
}
