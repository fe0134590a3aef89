/** Rows beyond the visible ones that are laid out, so that a scroll finds them there. */
const OVERSCAN = 4;

/** Which rows of a long list are laid out: from `first` up to and without `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** The rows that a scrolled box shows, and a few around them. */
export function windowOf(count: number, rowHeight: number, scrollTop: number, boxHeight: number): RowWindow {
  const visible = Math.ceil(boxHeight / rowHeight) + 1;
  const top = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight)), Math.max(0, count - visible));
  return { first: Math.max(0, top - OVERSCAN), end: Math.min(count, top + visible + OVERSCAN) };
}

/** The place nearest to `index`, from `first` up to and without `end`, that can be opened; null where none can. */
export function nearest(
  index: number,
  first: number,
  end: number,
  canOpen: (index: number) => boolean,
): number | null {
  for (let to = Math.max(index, first); to < end; to += 1) if (canOpen(to)) return to;
  for (let to = Math.min(index, end) - 1; to >= first; to -= 1) if (canOpen(to)) return to;
  return null;
}

/** Where a key leads from a row of a list; null where it leads nowhere. */
export function keyTarget(
  key: string,
  from: number,
  page: number,
  count: number,
  canOpen: (index: number) => boolean,
): number | null {
  const steps = new Map([
    ["ArrowDown", 1],
    ["ArrowUp", -1],
    ["PageDown", page],
    ["PageUp", -page],
    ["Home", -from],
    ["End", count],
  ]);
  const step = steps.get(key) ?? 0;
  if (step === 0) return null;
  const wanted = Math.min(Math.max(from + step, 0), count - 1);
  return step > 0 ? nearest(wanted, from + 1, count, canOpen) : nearest(wanted, 0, from, canOpen);
}
