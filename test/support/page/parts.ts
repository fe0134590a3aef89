import type { Page } from "playwright-core";
import { hook } from "./dashboard.ts";

/**
 * Makes one lazy part of the page fail to load, as after a deploy that replaced its files.
 * @returns a function that lets the part load again
 */
export async function withoutPart(page: Page, name: string): Promise<() => Promise<void>> {
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).unregister()));
  // The browser, not the page, requests the service worker's script: only a route of the context can refuse it.
  await page.context().route("**/service-worker.js", (route) => route.abort());
  const files = `**/assets/${name}-*.js`;
  // Before the reload: a page that opens live may load the part before its switch is usable.
  await page.route(files, (route) => route.abort());
  await page.reload();
  await page.waitForSelector(`${hook("live-switch")}:not([disabled])`);
  return () => page.unroute(files);
}
