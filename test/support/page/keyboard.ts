import type { Page } from "playwright-core";

/** An element that Tab focused. */
export interface Stop {
  /** The element's role and accessible name. */
  readonly name: string;
  /** A problem with the element, if any. */
  readonly faults: readonly string[];
}

/** More stops than any screen has: this many mean a keyboard trap. */
const MOST = 250;

/** Presses Tab from the top to the end of the page, and returns every stop. */
export async function tabThrough(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  await page.$$eval("[data-stopped]", (all) => {
    for (const one of all) one.removeAttribute("data-stopped");
  });
  await page.focus(".skip");
  for (let count = 0; count < MOST; count += 1) {
    const seen = await page.evaluate(lookAtFocus);
    if (seen === null) return stops;
    const snapshot = await page.locator("*:focus").ariaSnapshot();
    const name = snapshot.split("\n")[0] ?? "";
    // Snapshots show no role for a `summary`; its text is its name.
    const isSummary = (await page.locator("summary:focus").count()) > 0;
    const unnamed = isSummary || /^- '?[a-z ]+ "[^"]+"/.test(name) ? [] : ["has no name"];
    stops.push({ name, faults: [...seen, ...unnamed] });
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab didn't reach the end in ${MOST} stops: ${stops.slice(-5).map(({ name }) => name)}`);
}

/** Interactive elements that Tab never focused, one per line; call it after `tabThrough`. */
export function unreached(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const actions = "a[href], button, input, select, textarea, summary, [tabindex]";
    return [...document.querySelectorAll<HTMLElement>(actions)]
      .filter((element) => element.checkVisibility() && !element.matches(":disabled, .sheet, main"))
      .filter((element) => element.dataset.stopped === undefined)
      .filter((element) => {
        // Tab needs to reach only one row of a table: the arrow keys lead to the others.
        const table = element.matches(".row__open") ? element.closest("table") : null;
        return table === null || table.querySelector(".row__open[data-stopped]") === null;
      })
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

/** Runs in the page: marks the focused element and returns its faults; null at the end of the page. */
function lookAtFocus(): string[] | null {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || focused === document.body) return null;
  if (focused.dataset.stopped !== undefined) return null;
  focused.dataset.stopped = "";
  const faults: string[] = [];
  const outlined = [getComputedStyle(focused), getComputedStyle(focused, "::after")];
  const search = focused.closest(".search");
  if (search !== null) outlined.push(getComputedStyle(search));
  const isVisible = ({ outlineStyle, outlineWidth }: CSSStyleDeclaration) =>
    outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
  if (!outlined.some(isVisible)) faults.push("its focus can't be seen");
  const { left, top, width, height } = focused.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
  if (there === null || !(focused.contains(there) || there.contains(focused))) faults.push("is covered");
  return faults;
}
