/** Room for the line's own width at the top and at the bottom. */
const MARGIN = 1.5;

/** The points of a line through `values`, the highest at the top; a feed that was silent lies flat. */
export function sparkPoints(values: readonly number[], width: number, height: number): string {
  const highest = Math.max(1, ...values);
  const step = width / Math.max(1, values.length - 1);
  return values
    .map((value, index) => {
      const y = height - MARGIN - (value / highest) * (height - 2 * MARGIN);
      return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
