import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { serveFolder } from "../support/page/serve-folder.ts";
import { startTabBrowser } from "../support/page/tab.ts";
import { until } from "../support/tools/until.ts";
import type { StormPage } from "./page/main.ts";
import type { Participant } from "./trial.ts";

declare global {
  interface Window {
    readonly stormPage: StormPage;
  }
}

/** A client in a tab of Chromium, with the browser's own WebSocket. */
export interface TabParticipant extends Participant {
  /** Freezes the tab for `ms`, as Chromium does to save energy, and resumes it. */
  freezeFor(ms: number): Promise<void>;
}

/** Builds the page and opens it in a tab, without starting its client. */
export async function inChromium(urls: readonly string[]): Promise<TabParticipant> {
  const served = await serveFolder(join(import.meta.dirname, "page"));
  const browser = await startTabBrowser();
  const tab = await browser.open();
  const { page } = tab;
  await page.goto(served.url);
  let isFrozen = false;
  return {
    name: "Chromium",
    async start() {
      await page.evaluate((to) => window.stormPage.start(to), urls);
      await until("every feed in the tab is current", () =>
        page.evaluate(() => window.stormPage.isCurrent()),
      );
    },
    async handOver() {
      // evaluate() would hang in a frozen tab.
      if (!isFrozen) await page.evaluate(() => window.stormPage.handOver());
    },
    hasReceived: (last) => page.evaluate((wanted) => window.stormPage.hasReceived(wanted), last),
    record: () => page.evaluate(() => window.stormPage.record()),
    async freezeFor(ms) {
      isFrozen = true;
      await tab.freeze();
      await pause(ms);
      await tab.thaw();
      isFrozen = false;
    },
    async stop() {
      await page.evaluate(() => window.stormPage.stop());
      await browser.stop();
      await served.stop();
    },
  };
}
