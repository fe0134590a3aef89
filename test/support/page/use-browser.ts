import { afterAll } from "vitest";
import { type ObservedPage, startBrowser, type TestBrowser } from "./browser.ts";

/** Shared by all test files of a process, because starting a browser takes longer than most tests. */
let running: Promise<TestBrowser> | null = null;

async function browserOfProcess(): Promise<TestBrowser> {
  // A browser that has ended or failed to start isn't reused.
  if (running !== null && !(await running.catch(() => null))?.isRunning()) running = null;
  running ??= startBrowser();
  return running;
}

/** A browser for the tests of a file or `describe`: pages have fresh profiles, and are closed after the tests. */
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
