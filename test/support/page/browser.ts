import { type Browser, chromium, type Page, type Response } from "playwright-core";
import { leaksInAnswer } from "../../../worker/leaks.ts";
import { findChromium, findHeadlessChromium } from "../tools/browsers.ts";
import { until } from "../tools/until.ts";

/** Disables Chromium's own requests, which fail many times a second on a closed network. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Timers must run as in a visible page although the browser has no window.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** A page of a fresh profile, with its errors and warnings. */
export interface ObservedPage {
  readonly page: Page;
  /** All console warnings and errors, uncaught errors and failed requests, in order. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A headless Chromium with an empty profile. */
export interface TestBrowser {
  readonly version: string;
  /** Whether the browser is still running. */
  isRunning(): boolean;
  openPage(): Promise<ObservedPage>;
  stop(): Promise<void>;
}

export interface BrowserOptions {
  /** More command-line flags for Chromium. */
  readonly flags?: readonly string[];
  /** Starts the full browser, for measurements, instead of the headless shell. */
  readonly isWhole?: boolean;
}

/** Starts Chromium. */
export async function startBrowser({
  flags = [],
  isWhole = false,
}: BrowserOptions = {}): Promise<TestBrowser> {
  const { path } = await (isWhole ? findChromium() : findHeadlessChromium());
  const args = [...CHROMIUM_FLAGS, ...flags];
  const browser = await chromium.launch({ executablePath: path, headless: true, args });
  return {
    version: browser.version(),
    isRunning: () => browser.isConnected(),
    openPage: () => openPage(browser),
    stop: () => browser.close(),
  };
}

/** Secrets that a response to the page leaks. */
async function leaksOf(response: Response): Promise<readonly string[]> {
  const headers = await response.allHeaders().catch(() => ({}));
  // For the page's files, which are the same for every reader, the headers are enough.
  const isAsked = response.request().resourceType() === "fetch";
  const body = isAsked ? await response.text().catch(() => "") : "";
  const status = response.status();
  const hasBody = status >= 200 && ![204, 205, 304].includes(status);
  const copy = new globalThis.Response(hasBody ? body : null, { status: Math.max(status, 200), headers });
  return leaksInAnswer(response.request().method(), copy);
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
    const reason = request.failure()?.errorText ?? "";
    // Aborted by the page itself, as pending requests are at a navigation: not a failure.
    if (reason !== "net::ERR_ABORTED") complaints.push(`request failed: ${request.url()} ${reason}`);
  });
  const scans: Promise<readonly string[]>[] = [];
  page.on("response", (response) => scans.push(leaksOf(response)));
  const close = async (): Promise<void> => {
    const scanned = until("all answers are read", () => Promise.all(scans));
    const leaks = (await scanned.finally(() => context.close())).flat();
    if (leaks.length > 0) throw new Error(`the worker leaks ${leaks.join("; ")}`);
  };
  return { page, complaints, close };
}
