import { setTimeout as pause } from "node:timers/promises";
import { FEEDS, type FeedId, hook } from "../../support/page/dashboard.ts";
import type { Key, Tab } from "./tab.ts";

/** Between two inputs: a quick reader, and at no even pace that could fall in step with the page's own. */
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 400;

/** An input without an answer until then went unanswered. */
export const PATIENCE_MS = 2000;

const FEED_IDS = Object.keys(FEEDS) as FeedId[];

/** What a visitor did. */
export interface Visit {
  readonly inputs: number;
  /** Inputs that nothing came of: each cost the visitor `PATIENCE_MS`. */
  readonly unanswered: number;
}

/** A reader who opens rows, pauses, filters and changes the theme, by real mouse and keyboard. */
export class Visitor {
  readonly #tab: Tab;
  #inputs = 0;
  #unanswered = 0;

  constructor(tab: Tab) {
    this.#tab = tab;
  }

  /** Uses the page until `over` settles; leaves it as it was found. */
  async visit(over: Promise<unknown>): Promise<Visit> {
    let isOver = false;
    void over.then(
      () => {
        isOver = true;
      },
      () => {
        isOver = true;
      },
    );
    this.#inputs = 0;
    this.#unanswered = 0;
    const visits = [this.#openRow, this.#pause, this.#filter, this.#changeTheme];
    for (let turn = 0; !isOver; turn += 1) {
      const feed = FEED_IDS[turn % FEED_IDS.length] ?? "llm";
      await visits[Math.floor(Math.random() * visits.length)]?.call(this, feed);
    }
    return { inputs: this.#inputs, unanswered: this.#unanswered };
  }

  async #openRow(feed: FeedId): Promise<void> {
    await this.#click(`${hook(`feed-${feed}-row`)} button`);
    if (!(await this.#answered(hook("details")))) return;
    await this.#click(hook("details-close"));
    await this.#answered(hook("details"), false);
  }

  async #pause(feed: FeedId): Promise<void> {
    const button = hook(`feed-${feed}-pause`);
    for (const pressed of [true, false]) {
      await this.#click(button);
      await this.#answered(`${button}[aria-pressed="${pressed}"]`);
    }
  }

  async #filter(feed: FeedId): Promise<void> {
    await this.#click(hook(`feed-${feed}-filter`));
    for (const key of ["a", "e", "Backspace", "Backspace"] as const) await this.#press(key);
  }

  async #changeTheme(): Promise<void> {
    // Ours is in the menu; the plain page has it beside everything else.
    if (await this.#tab.has(hook("menu"))) await this.#click(hook("menu"));
    await this.#tab.focus("theme");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"] as const) await this.#press(key);
    if (await this.#tab.has(hook("menu"))) await this.#click(hook("menu"));
  }

  /** Whether something came, or went, as the last input asked. */
  async #answered(selector: string, isThere = true): Promise<boolean> {
    try {
      await this.#tab.waitFor(selector, isThere, PATIENCE_MS);
      return true;
    } catch {
      this.#unanswered += 1;
      return false;
    }
  }

  async #click(selector: string): Promise<void> {
    await this.#wait();
    this.#inputs += 1;
    await this.#tab.click(selector);
  }

  async #press(key: Key): Promise<void> {
    await this.#wait();
    this.#inputs += 1;
    await this.#tab.press(key);
  }

  #wait(): Promise<void> {
    // A reader's own pace, not a wait for the page.
    return pause(SHORTEST_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
  }
}
