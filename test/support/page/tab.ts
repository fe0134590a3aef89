import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { findChromium } from "../tools/browsers.ts";
import { ManagedProcess } from "../tools/managed-process.ts";
import { until } from "../tools/until.ts";
import { CHROMIUM_FLAGS } from "./browser.ts";

const READY_DEADLINE_MS = 30_000;

/**
 * A browser tab that can be hidden and frozen, like a reader's. Playwright's own pages can't, because it keeps them
 * visible and awake.
 */
export interface Tab {
  readonly page: Page;
  /** Hides the tab behind another one. */
  hide(): Promise<void>;
  show(): Promise<void>;
  /** Hides the tab and stops its scripts, as Chromium does to save energy. */
  freeze(): Promise<void>;
  /** Resumes and shows the tab. */
  thaw(): Promise<void>;
  /** Throttles the processor by a factor; 1 ends it. */
  slowDown(times: number): Promise<void>;
  /** Closes the tab and those that hid it, and deletes their origins' storage. */
  close(): Promise<void>;
}

/** A browser with such tabs. */
export interface TabBrowser {
  open(): Promise<Tab>;
  stop(): Promise<void>;
}

/** Starts Chromium. */
export async function startTabBrowser(): Promise<TabBrowser> {
  const { path } = await findChromium();
  const profile = await mkdtemp(join(tmpdir(), "mycelium-tab-"));
  const flags = [
    ...CHROMIUM_FLAGS,
    "--headless=new",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
  ];
  const chromiumProcess = new ManagedProcess(path, [...flags, "about:blank"]);
  const stop = async (): Promise<void> => {
    await chromiumProcess.stop();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [, endpoint = ""] = await chromiumProcess.printed(
      /DevTools listening on (ws:\S+)/,
      READY_DEADLINE_MS,
    );
    const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
    const [context] = browser.contexts();
    if (context === undefined) throw new Error("Chromium opened no window");
    return { open: () => openTab(context), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openTab(context: BrowserContext): Promise<Tab> {
  const others = new Set(context.pages());
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const close = async (): Promise<void> => {
    await context.setOffline(false);
    const { origin } = new URL(page.url());
    await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
    // Closing the last tab would close the window.
    await Promise.all(context.pages().map(async (one) => others.has(one) || one.close()));
  };
  return { page, ...controls(page, session), close };
}

function controls(page: Page, session: CDPSession): Omit<Tab, "page" | "close"> {
  const lifecycle = (state: "frozen" | "active") => session.send("Page.setWebLifecycleState", { state });
  /** Waits until the tab's page knows: a tab that is shown again before that was never hidden for its page. */
  const becomes = (state: DocumentVisibilityState) =>
    until(`the tab is ${state}`, () => page.evaluate((wanted) => document.visibilityState === wanted, state));
  const hide = async (): Promise<void> => {
    await (await page.context().newPage()).bringToFront();
    await becomes("hidden");
  };
  const show = async (): Promise<void> => {
    await page.bringToFront();
    await becomes("visible");
  };
  return {
    hide,
    show,
    async freeze() {
      await hide();
      await lifecycle("frozen");
    },
    async thaw() {
      await lifecycle("active");
      await show();
    },
    async slowDown(rate) {
      await session.send("Emulation.setCPUThrottlingRate", { rate });
    },
  };
}
