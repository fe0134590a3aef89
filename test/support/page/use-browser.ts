import { afterAll } from "vitest";
import { type ObservedPage, startBrowser, type TestBrowser } from "./browser.ts";

/** Starting one takes longer than most tests, so there is one for all files of a process: it ends with that. */
let running: Promise<TestBrowser> | null = null;

async function browserOfProcess(): Promise<TestBrowser> {
  // Neither one that has ended nor one that couldn't be started is kept for the next file.
  if (running !== null && !(await running.catch(() => null))?.isRunning()) running = null;
  running ??= startBrowser();
  return running;
}

/** A browser for the tests of a file or `describe`: each page has a fresh profile, and what is still open is closed after them. */
export function useBrowser(): Pick<TestBrowser, "openPage"> {
  const opened: ObservedPage[] = [];
  afterAll(() => Promise.all(opened.splice(0).map((page) => page.close())));
  return {
    async openPage() {
      const page = await (await browserOfProcess()).openPage();
      opened.push(page);
      return page;
    },
  };
}
