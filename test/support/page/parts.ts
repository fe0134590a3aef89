import type { Page } from "playwright-core";
import { hook } from "./dashboard.ts";

/** A page as after a deploy: no files are kept by the browser, and those of one part can't be had. @returns brings them back */
export async function withoutPart(page: Page, name: string): Promise<() => Promise<void>> {
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).unregister()));
  // A worker's own script is asked for by the browser and not by the page: only its context can refuse it.
  await page.context().route("**/service-worker.js", (route) => route.abort());
  await page.reload();
  await page.waitForSelector(`${hook("live-switch")}:not([disabled])`);
  const files = `**/assets/${name}-*.js`;
  await page.route(files, (route) => route.abort());
  return () => page.unroute(files);
}
