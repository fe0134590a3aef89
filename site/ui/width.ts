/** At these widths and below them a box is laid out otherwise, rem. */
const MEDIUM_REM = 34;
const NARROW_REM = 26;

/**
 * Notes on a box, for its style sheet, whether it is `medium` or `narrow`. A container query would tell the same, but
 * has the styles in its box reckoned apart whenever anything in it changes, which is most of a busy page's time.
 */
export function noteWidth(box: HTMLElement): void {
  const width = box.clientWidth / remInPixels();
  if (width > MEDIUM_REM) delete box.dataset.width;
  else box.dataset.width = width > NARROW_REM ? "medium" : "narrow";
}

/** How many CSS pixels a rem has. */
export function remInPixels(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/**
 * Calls it now, and whenever the box has another size.
 * @returns what ends that
 */
export function onSized(box: Element, look: () => void): () => void {
  look();
  const observer = new ResizeObserver(look);
  observer.observe(box);
  return () => observer.disconnect();
}
