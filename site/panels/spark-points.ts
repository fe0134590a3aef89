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

/** The points of the lines through what is known of `values`, over their own range; broken where nothing is known. */
export function trendPoints(
  values: readonly (number | null)[],
  width: number,
  height: number,
): readonly string[] {
  const known = values.filter((value) => value !== null);
  const least = Math.min(...known);
  const span = Math.max(...known) - least || 1;
  const step = width / Math.max(1, values.length - 1);
  const lines: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      lines.push([]);
      return;
    }
    const y = height - MARGIN - ((value - least) / span) * (height - 2 * MARGIN);
    lines.at(-1)?.push(`${(index * step).toFixed(1)},${y.toFixed(1)}`);
  });
  return lines.filter((points) => points.length > 1).map((points) => points.join(" "));
}
