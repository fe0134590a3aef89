import type { Page } from "playwright-core";
import { violations } from "./axe.ts";
import { flaws, LOOKS, lookAt } from "./looks.ts";

/**
 * Checks the current screen in every look. Returns one line per fault.
 * @param show opens something that a change of look would close, such as a menu; returns a function that closes it
 */
export async function faultsOf(
  page: Page,
  show: () => Promise<() => Promise<unknown>> = async () => async () => {},
): Promise<string[]> {
  const found: string[] = [];
  for (const look of LOOKS) {
    await lookAt(page, look);
    const end = await show();
    const here = `${look.language}, ${look.theme}, ${look.width}`;
    const seen = await flaws(page, look.language);
    // axe is slow and finds the same in each language, so it checks only one.
    if (look.language === "en") seen.push(...(await violations(page)));
    found.push(...seen.map((fault) => `${here}: ${fault}`));
    await end();
  }
  return found;
}
