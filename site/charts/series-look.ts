/** How a line differs from others: by its colour, and by its dashes for readers who can't see the colour. */
export interface SeriesLook {
  /** The CSS custom property of its colour. */
  readonly colour: string;
  readonly dash: readonly number[] | null;
}

/** `--accent` for the first line, then `--series-2` to `--series-8`. */
const COLOURS = 8;
const DASHES = [null, [8, 4], [2, 3], [10, 3, 2, 3]] as const;

/** The look of a line by its index: the first 32 all differ, and neighbours have different dashes. */
export function lookOf(index: number): SeriesLook {
  const place = index % COLOURS;
  const dash = DASHES[(index + Math.floor(index / COLOURS)) % DASHES.length] ?? null;
  return { colour: place === 0 ? "--accent" : `--series-${place + 1}`, dash };
}
