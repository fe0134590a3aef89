import { setTimeout as pause } from "node:timers/promises";
import { FEEDS, type FeedId, hook } from "../../support/page/dashboard.ts";
import type { Key, Tab } from "./tab.ts";

/** Pause between two inputs of a quick reader; random, so that it can't synchronise with the page's timers. */
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 400;

/** An input without an effect after this time counts as unanswered. */
export const PATIENCE_MS = 2000;

const FEED_IDS = Object.keys(FEEDS) as FeedId[];

/** Results of a visit. */
export interface Visit {
  readonly inputs: number;
  /** Inputs without an effect; each took the visitor `PATIENCE_MS`. */
  readonly unanswered: number;
}

/** A reader who opens rows, pauses, filters and changes the theme with real mouse and keyboard events. */
export class Visitor {
  readonly #tab: Tab;
  #inputs = 0;
  #unanswered = 0;

  constructor(tab: Tab) {
    this.#tab = tab;
  }

  /** Uses the page until `over` settles, and restores its state. */
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
    // On Mycelium's page the theme is in the menu; the plain page has no menu.
    if (await this.#tab.has(hook("menu"))) await this.#click(hook("menu"));
    await this.#tab.focus("theme");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"] as const) await this.#press(key);
    if (await this.#tab.has(hook("menu"))) await this.#click(hook("menu"));
  }

  /** Waits for the last input's effect: an element that appears or disappears. False if it takes too long. */
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
    // A fixed wait, because it is the reader's pace.
    return pause(SHORTEST_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
  }
}
