import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll } from "vitest";
import { findFirefox } from "../tools/browsers.ts";
import { until } from "../tools/until.ts";
import type { DrivenPage, Driver } from "./driven.ts";

/** Limit for each wait on a busy machine, milliseconds. */
const DEADLINE_MS = 30_000;

/** The end of the name of each file that the page exports. */
const WRITTEN_AT = /T[\d-]+\.\d+Z\.\w+$/;

/** A released Firefox, driven over WebDriver BiDi, for the tests of a file or `describe`. */
export function useFirefox(): Driver<DrivenPage> {
  let browser: Browser;
  let downloads: string;
  beforeAll(async () => {
    downloads = await mkdtemp(join(tmpdir(), "mycelium-firefox-"));
    const { path: executablePath } = await findFirefox();
    const extraPrefsFirefox = { "browser.download.folderList": 2, "browser.download.dir": downloads };
    browser = await puppeteer.launch({ browser: "firefox", executablePath, extraPrefsFirefox });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(downloads, { recursive: true, force: true });
  });
  return {
    async openPage() {
      const context = await browser.createBrowserContext();
      // A tab behind another one would neither paint nor receive clicks.
      const page = await context.newPage({ type: "window" });
      await page.setViewport({ width: 1280, height: 900 });
      page.setDefaultTimeout(DEADLINE_MS);
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["warn", "error"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      return { page: drivenPage(page), complaints, close: () => context.close() };
    },
    async handed(_, act) {
      await act();
      // While downloading, Firefox writes to a temporary name and keeps an empty file under the final one.
      const isNamed = (file: string) => WRITTEN_AT.test(file);
      return until("a file", async () => {
        const name = (await readdir(downloads)).find(isNamed) ?? "";
        const text = await readFile(join(downloads, name), "utf8");
        if (text !== "") await rm(join(downloads, name));
        return text === "" ? null : { name, text };
      });
    },
  };
}

/** Puppeteer's page with Playwright's method names, which wait for their elements as Playwright's do. */
function drivenPage(page: Page): DrivenPage {
  const found = async (selector: string, timeout = DEADLINE_MS, state = "visible") => {
    const shown = { visible: state === "visible", hidden: state === "detached", timeout };
    return page.waitForSelector(selector, shown);
  };
  const driven = {
    $: (selector: string) => page.$(selector),
    $$eval: page.$$eval.bind(page),
    $eval: page.$eval.bind(page),
    click: (selector: string) => page.locator(selector).click(),
    evaluate: page.evaluate.bind(page),
    fill: async (selector: string, text: string) => {
      await page.locator(selector).click({ count: 3 });
      await page.keyboard.press("Backspace");
      await page.keyboard.type(text);
    },
    getAttribute: async (selector: string, name: string) =>
      (await found(selector, DEADLINE_MS, "attached"))?.evaluate((one, of) => one.getAttribute(of), name),
    goto: (url: string) => page.goto(url),
    keyboard: page.keyboard,
    selectOption: async (selector: string, value: string) => {
      await found(selector);
      await page.select(selector, value);
    },
    textContent: async (selector: string) =>
      (await found(selector, DEADLINE_MS, "attached"))?.evaluate((one) => one.textContent),
    title: () => page.title(),
    waitForSelector: async (selector: string, options?: { timeout?: number; state?: string }) => {
      const element = await found(selector, options?.timeout, options?.state);
      return { textContent: () => element?.evaluate((one) => one.textContent) };
    },
  };
  return driven as unknown as DrivenPage;
}
