/** Rows rendered above and below the visible ones, so that scrolling shows no blank rows. */
const OVERSCAN = 4;

/** The rendered rows of a long list: from `first` up to but not including `end`. */
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

/** The index nearest to `index`, from `first` up to but not including `end`, that can be opened; null if none can. */
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

/** The row that a key moves to; null when the key doesn't move. */
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
