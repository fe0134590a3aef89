/** At these widths and below them a box is laid out otherwise, rem. */
const MEDIUM_REM = 34;
const NARROW_REM = 26;

/** Something that is done to a box, and what is to be done to it after all others have come as far. */
export type Step = () => Step | undefined;

/**
 * Notes on a box, for its style sheet, whether it is `medium` or `narrow`. A container query would tell the same, but
 * has the styles in its box reckoned apart whenever anything in it changes, which is most of a busy page's time.
 * @returns what notes it
 */
export function widthNote(box: HTMLElement): () => undefined {
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

const looks = new Map<Element, Step>();
let observer: ResizeObserver | null = null;

/** All take their first step before any takes its second: a box that is measured after another was changed has the whole page laid out for it. */
function walk(first: readonly Step[]): void {
  for (let steps = first; steps.length > 0; ) steps = steps.flatMap((step) => step() ?? []);
}

/**
 * Looks at a box now, and whenever it has another size. The first step measures; what it returns changes the page.
 * @returns what ends that
 */
export function onSized(box: Element, look: Step): () => void {
  walk([look]);
  observer ??= new ResizeObserver((sized) => walk(sized.flatMap(({ target }) => looks.get(target) ?? [])));
  looks.set(box, look);
  observer.observe(box);
  return () => {
    looks.delete(box);
    observer?.unobserve(box);
  };
}
