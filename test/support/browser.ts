import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "./tools/chromium.ts";

/** Keeps Chromium from calling home, which a closed network refuses many times a second. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // The page must tick as a visible one does, though no window shows it.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** A page of a fresh profile, with everything that it complained of. */
export interface ObservedPage {
  readonly page: Page;
  /** Console warnings and errors, uncaught errors, failed requests: in order, none left out. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A headless Chromium with an empty user folder. */
export interface TestBrowser {
  readonly version: string;
  openPage(): Promise<ObservedPage>;
  stop(): Promise<void>;
}

/** Starts Chromium. */
export async function startBrowser(): Promise<TestBrowser> {
  const { path } = await findChromium();
  const browser = await chromium.launch({ executablePath: path, headless: true, args: FLAGS });
  return {
    version: browser.version(),
    openPage: () => openPage(browser),
    stop: () => browser.close(),
  };
}

async function openPage(browser: Browser): Promise<ObservedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US" });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "warning" || message.type() === "error") {
      complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => {
    complaints.push(`request failed: ${request.url()} ${request.failure()?.errorText ?? ""}`);
  });
  return { page, complaints, close: () => context.close() };
}
