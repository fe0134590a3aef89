import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { findChromium } from "../tools/browsers.ts";
import { ManagedProcess } from "../tools/managed-process.ts";
import { CHROMIUM_FLAGS } from "./browser.ts";

const READY_DEADLINE_MS = 30_000;

/**
 * A tab of a browser that is left as a reader's is: it can be hidden and frozen.
 * Playwright's own pages can't: it keeps each of them visible and awake.
 */
export interface Tab {
  readonly page: Page;
  /** Shows another tab in its place. */
  hide(): Promise<void>;
  show(): Promise<void>;
  /** Hides it, and stops all that runs in it, as Chromium does to save energy. */
  freeze(): Promise<void>;
  /** Lets it run on, and shows it. */
  thaw(): Promise<void>;
  /** So many times slower than this machine is; 1 ends it. */
  slowDown(times: number): Promise<void>;
  /** Closes it, and the others that hid it; what their origins have stored is gone. */
  close(): Promise<void>;
}

/** A browser of such tabs. */
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
    // The window ends with its last tab.
    await Promise.all(context.pages().map(async (one) => others.has(one) || one.close()));
  };
  return { page, ...controls(page, session), close };
}

function controls(page: Page, session: CDPSession): Omit<Tab, "page" | "close"> {
  const lifecycle = (state: "frozen" | "active") => session.send("Page.setWebLifecycleState", { state });
  const hide = async (): Promise<void> => (await page.context().newPage()).bringToFront();
  const show = (): Promise<void> => page.bringToFront();
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
