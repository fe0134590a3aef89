/** Margin at the top and the bottom for the width of the line. */
const MARGIN = 1.5;

/** The values at the bottom and at the top. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * The points of the lines through the known values, one line between each two gaps.
 * @param range the values at the bottom and the top; by default the least and the greatest value
 */
export function linePoints(
  values: readonly (number | null)[],
  width: number,
  height: number,
  range?: Range,
): readonly string[] {
  const known = values.filter((value) => value !== null);
  const least = range?.least ?? Math.min(...known);
  const span = (range?.most ?? Math.max(...known)) - least || 1;
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
