/** At these widths and below them a box is laid out otherwise, rem. */
const MEDIUM_REM = 34;
const NARROW_REM = 26;

/** Measures a box, and returns what changes it, which is done after all others were measured. */
type Look = () => (() => void) | undefined;

/**
 * Notes on a box, for its style sheet, whether it is `medium` or `narrow`. A container query would tell the same, but
 * has the styles in its box reckoned apart whenever anything in it changes, which is most of a busy page's time.
 * @returns what notes it
 */
export function widthNote(box: HTMLElement): () => void {
  const width = box.clientWidth / remInPixels();
  return () => {
    if (width > MEDIUM_REM) delete box.dataset.width;
    else box.dataset.width = width > NARROW_REM ? "medium" : "narrow";
  };
}

/** How many CSS pixels a rem has. */
export function remInPixels(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

const looks = new Map<Element, Look>();
let observer: ResizeObserver | null = null;

/** A box that is measured after another was changed has the whole page laid out for it. */
function lookAt(all: readonly Look[]): void {
  for (const change of all.map((look) => look())) change?.();
}

/**
 * Looks at a box now, and whenever it has another size.
 * @returns what ends that
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
