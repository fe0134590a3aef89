import type { Page } from "playwright-core";
import type { Colour, Status } from "../../../client/index.ts";
import { until } from "../tools/until.ts";
import type { DrivenPage } from "./driven.ts";

/** Milliseconds to wait for the page on a busy machine. */
const DEADLINE_MS = 30_000;

/** The ids of the three EGOS feeds with their subjects. */
export const FEEDS = {
  sparc: "egos.sparc.tasks",
  llm: "egos.llm.logs",
  propagation: "egos.propagation.log",
} as const;

/** A feed's id. */
export type FeedId = keyof typeof FEEDS;

/** The subjects that the live page subscribes to, sorted. */
export const FEED_SUBJECTS: readonly string[] = Object.values(FEEDS).sort();

/** A counter of a feed. */
export type Count = "received" | "shown" | "malformed" | "folded" | "dropped";

/** The page as its reader sees it. Elements are found only by the test ids in site/README.md. */
export class Dashboard<P extends DrivenPage = Page> {
  readonly page: P;

  constructor(page: P) {
    this.page = page;
  }

  /** Opens the page and waits until it is usable. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.waitForSelector(`${hook("live-switch")}:not([disabled])`);
  }

  /** Expands the timeline from one line to the whole list. */
  async openTimeline(): Promise<void> {
    await this.page.click(`${hook("timeline-toggle")}[aria-expanded="false"]`);
  }

  /** Opens a menu, does `act` in it, and closes it. */
  async inMenu(menu: string, act: () => Promise<unknown>): Promise<void> {
    // Asks the browser, because `aria-expanded` follows a moment later.
    const isOpen = () =>
      this.page.$eval(hook(menu), (button) =>
        (button as HTMLButtonElement).popoverTargetElement?.matches(":popover-open"),
      );
    if (!(await isOpen())) await this.page.click(hook(menu));
    await act();
    if (await isOpen()) {
      await this.page.$eval("[popover]:popover-open", (open) => (open as HTMLElement).hidePopover());
    }
  }

  /** Chooses a language or a theme in the page's menu. */
  async choose(what: "language" | "theme", value: string): Promise<void> {
    await this.inMenu("menu", () => this.page.selectOption(hook(what), value));
  }

  /** Clicks an item of a feed's menu. */
  async pressInMenu(feed: FeedId, what: "columns" | "only" | "export-csv" | "export-json"): Promise<void> {
    await this.page.click(hook(`feed-${feed}-menu`));
    await this.page.click(hook(`feed-${feed}-${what}`));
  }

  /** Switches live data on unless it is on already: a page may open live. */
  async switchOn(): Promise<void> {
    // Before the page has its configuration it shows "off", even if it opens live.
    const live = await this.page.getAttribute(`${hook("live-switch")}:enabled`, "aria-checked");
    if (live !== "true") await this.toggle();
  }

  /** Presses the Live data switch. */
  async toggle(): Promise<void> {
    await this.page.click(hook("live-switch"));
  }

  /** Presses the switch, and again `afterMs` after the pill has reached a status. */
  async toggleWhile(status: Status, afterMs: number): Promise<void> {
    await this.#press(`[data-status="${status}"]`, afterMs);
  }

  /** Switches off; returns the milliseconds until the pill is grey. */
  async switchOff(): Promise<number> {
    // Fails with a message when the pill never turns grey.
    const [tookMs] = await Promise.all([this.#press(`[data-colour="grey"]`, null), this.turns("grey")]);
    return tookMs;
  }

  /** Waits for a colour of the connection pill. */
  async turns(colour: Colour, deadlineMs = DEADLINE_MS): Promise<void> {
    await this.#pill(`[data-colour="${colour}"]`, deadlineMs);
  }

  /** Waits for a status of the connection pill. */
  async reaches(status: Status, deadlineMs = DEADLINE_MS): Promise<void> {
    await this.#pill(`[data-status="${status}"]`, deadlineMs);
  }

  async pillText(): Promise<string> {
    return (await this.page.textContent(hook("pill"))) ?? "";
  }

  /** Waits until the pill's text matches. Needed for countdowns, which change no attribute. */
  async pillSays(words: RegExp, deadlineMs = DEADLINE_MS): Promise<string> {
    return until(
      `the pill says ${words}`,
      async () => {
        const text = await this.pillText();
        return words.test(text) ? text : "";
      },
      deadlineMs,
    );
  }

  async colour(): Promise<string | null> {
    return this.page.getAttribute(hook("pill"), "data-colour");
  }

  /** Whether the page shows a problem. */
  async hasBanner(): Promise<boolean> {
    return (await this.page.$(hook("banner"))) !== null;
  }

  /** The banner's text, once it is visible or shows this kind of fault. */
  async banner(kind?: string, deadlineMs = DEADLINE_MS): Promise<string> {
    const wanted = kind === undefined ? hook("banner") : `${hook("banner")}[data-kind="${kind}"]`;
    const banner = await this.page.waitForSelector(wanted, { timeout: deadlineMs });
    return (await banner.textContent()) ?? "";
  }

  /** Opens the banner's details; returns their text once it has the evidence, whose code is loaded with the first banner. */
  async openEvidence(): Promise<string> {
    await this.page.click(`${hook("banner-details")} summary`);
    await this.page.waitForSelector(`${hook("banner-details")} dl`);
    return (await this.page.textContent(hook("banner-details"))) ?? "";
  }

  async retryNow(): Promise<void> {
    await this.page.click(hook("banner-retry"));
  }

  /** A feed's count, as the page shows it. */
  async count(feed: FeedId, which: Count): Promise<number> {
    return Number(await this.page.getAttribute(hook(`feed-${feed}-${which}`), "data-value"));
  }

  /** Waits until a feed's count is at least `least`, and returns it, so that the caller sees excess too. */
  async counts(feed: FeedId, which: Count, least: number, deadlineMs = DEADLINE_MS): Promise<number> {
    return until(
      `${feed} has ${which} ${least}`,
      async () => {
        const count = await this.count(feed, which);
        return count >= least ? count : 0;
      },
      deadlineMs,
    );
  }

  /** Texts of a feed's visible rows. */
  async rows(feed: FeedId): Promise<string[]> {
    return this.page.$$eval(hook(`feed-${feed}-row`), (rows) => rows.map((row) => row.textContent ?? ""));
  }

  /** The reasons of the visible malformed messages, newest first. */
  async malformedReasons(feed: FeedId): Promise<(string | null)[]> {
    return this.page.$$eval(`${hook(`feed-${feed}-row`)}[data-kind="malformed"]`, (rows) =>
      rows.map((row) => row.getAttribute("data-reason")),
    );
  }

  /** How often the document was loaded: more than 1 after a reload. */
  async loads(): Promise<number> {
    return this.page.evaluate(() => {
      const [entry, ...others] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      return others.length + (entry?.type === "reload" ? 2 : 1);
    });
  }

  /**
   * Presses the switch and, optionally, presses it again some time after the pill matches. Runs within the page, because
   * a driver on a busy machine is late and misses short states.
   * @returns how long after the first press the pill matched, milliseconds
   */
  async #press(condition: string, againAfterMs: number | null): Promise<number> {
    const matched = this.page.evaluate(
      ({ pill, button, waitMs }) =>
        new Promise<number>((settle) => {
          let pressedAtMs = Number.NaN;
          const pressed = (): void => {
            pressedAtMs = performance.now();
          };
          addEventListener("click", pressed, { capture: true, once: true });
          const looking = new MutationObserver(() => {
            if (document.querySelector(pill) === null) return;
            looking.disconnect();
            const tookMs = performance.now() - pressedAtMs;
            if (waitMs === null) {
              settle(tookMs);
              return;
            }
            setTimeout(() => {
              document.querySelector<HTMLElement>(button)?.click();
              settle(tookMs);
            }, waitMs);
          });
          looking.observe(document.body, { attributes: true, childList: true, subtree: true });
        }),
      { pill: hook("pill") + condition, button: hook("live-switch"), waitMs: againAfterMs },
    );
    await this.toggle();
    return matched;
  }

  async #pill(condition: string, deadlineMs: number): Promise<void> {
    await this.page.waitForSelector(hook("pill") + condition, { timeout: deadlineMs });
  }
}

/** The selector of a test id. */
export function hook(testId: string): string {
  return `[data-testid="${testId}"]`;
}
