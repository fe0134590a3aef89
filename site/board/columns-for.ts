/** The least that a panel is made, in rem: narrower, a table's columns can't be read; lower, it has less than 8 rows. */
const LEAST_WIDTH = 24;
const LEAST_HEIGHT = 23;
/** How wide a panel is to its height where it is read best. */
const BEST_RATIO = 1.5;
/** What a place that stays empty costs, beside a panel that is out of shape. */
const EMPTY_COSTS = 0.1;

/**
 * In how many columns so many panels stand best in a board of this size (rem). As many lines as don't fit are
 * scrolled to: that costs nothing as long as more columns wouldn't help.
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
