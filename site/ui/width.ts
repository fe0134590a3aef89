/** The widths, in rem, up to which a box counts as medium or narrow. */
const MEDIUM_REM = 34;
const NARROW_REM = 26;

/** Measures a box, and returns a function that changes it, which runs after all boxes are measured. */
type Look = () => (() => void) | undefined;

/**
 * Marks a box as `medium` or `narrow` for its style sheet. A container query would do the same, but the browser then
 * recalculates styles for each change within the box, which costs most of a busy page's time.
 * @returns a function that sets the mark
 */
export function widthNote(box: HTMLElement): () => void {
  const width = box.clientWidth / remInPixels();
  return () => {
    if (width > MEDIUM_REM) delete box.dataset.width;
    else box.dataset.width = width > NARROW_REM ? "medium" : "narrow";
  };
}

/** CSS pixels per rem. */
export function remInPixels(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

const looks = new Map<Element, Look>();
let observer: ResizeObserver | null = null;

/** Measures all boxes before any change: measuring after a change forces a layout of the whole page. */
function lookAt(all: readonly Look[]): void {
  for (const change of all.map((look) => look())) change?.();
}

/**
 * Runs `look` now, and whenever the box is resized.
 * @returns a function that ends this
 */
export function onSized(box: Element, look: Look): () => void {
  lookAt([look]);
  observer ??= new ResizeObserver((sized) => lookAt(sized.flatMap(({ target }) => looks.get(target) ?? [])));
  looks.set(box, look);
  observer.observe(box);
  return () => {
    looks.delete(box);
    observer?.unobserve(box);
  };
}
