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
