import type { Page } from "playwright-core";
import { violations } from "./axe.ts";
import { flaws, LOOKS, lookAt } from "./looks.ts";

/**
 * What is wrong with the screen that the page shows, however it is looked at; in a line each.
 * @param show brings about what another look would end; it returns what ends it, for a look is chosen in the page's menu
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
    // Both themes and both widths once: another language is no other page to axe, which takes its time.
    if (look.language === "en") seen.push(...(await violations(page)));
    found.push(...seen.map((fault) => `${here}: ${fault}`));
    await end();
  }
  return found;
}
