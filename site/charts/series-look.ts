/** How a line is told from the others: by its colour, and by its dashes where colours aren't seen. */
export interface SeriesLook {
  /** The custom property of its colour. */
  readonly colour: string;
  readonly dash: readonly number[] | null;
}

/** Of the first line the accent, of the others `--series-2` and so on. */
const COLOURS = 8;
const DASHES = [null, [8, 4], [2, 3], [10, 3, 2, 3]] as const;

/** The look of the line at a place: no two of the first thirty-two have the same, nor the same dashes beside each other. */
export function lookOf(index: number): SeriesLook {
  const place = index % COLOURS;
  const dash = DASHES[(index + Math.floor(index / COLOURS)) % DASHES.length] ?? null;
  return { colour: place === 0 ? "--accent" : `--series-${place + 1}`, dash };
}
