import type { DrivenPage } from "./driven.ts";

/**
 * The page's address. Asks the page itself: a driver's `url()` is a copy that follows a moment after the page has
 * changed its link.
 */
export async function addressOf(page: Pick<DrivenPage, "evaluate">): Promise<URL> {
  return new URL(await page.evaluate(() => location.href));
}
