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
  await page.reload();
  await page.waitForSelector(`${hook("live-switch")}:not([disabled])`);
  const files = `**/assets/${name}-*.js`;
  await page.route(files, (route) => route.abort());
  return () => page.unroute(files);
}
