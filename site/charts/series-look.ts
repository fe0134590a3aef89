/** How a line is told from the others: by its colour, and by its dashes where colours aren't seen. */
export interface SeriesLook {
  /** The custom property of its colour. */
  readonly colour: string;
  readonly dash: readonly number[] | null;
}

const COLOURS = [
  "--accent",
  "--series-2",
  "--series-3",
  "--series-4",
  "--series-5",
  "--series-6",
  "--series-7",
  "--series-8",
] as const;
const DASHES = [null, [8, 4], [2, 3], [10, 3, 2, 3]] as const;

/** The look of the line at a place: no two of the first thirty-two have the same, nor the same dashes beside each other. */
export function lookOf(index: number): SeriesLook {
  const dash = DASHES[(index + Math.floor(index / COLOURS.length)) % DASHES.length] ?? null;
  return { colour: COLOURS[index % COLOURS.length] ?? "--accent", dash };
}
