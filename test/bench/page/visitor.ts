import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { FEEDS, type FeedId, hook } from "../../support/dashboard.ts";

/** Between two inputs: a quick reader, and at no even pace that could fall in step with the page's own. */
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 400;

const FEED_IDS = Object.keys(FEEDS) as FeedId[];

/** A reader who opens rows, pauses, filters and changes the theme, by real mouse and keyboard. */
export class Visitor {
  readonly #page: Page;
  #inputs = 0;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Uses the page until `over` settles; leaves it as it was found. Returns how many inputs were made. */
  async visit(over: Promise<unknown>): Promise<number> {
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
    const visits = [this.#openRow, this.#pause, this.#filter, this.#changeTheme];
    for (let turn = 0; !isOver; turn += 1) {
      const feed = FEED_IDS[turn % FEED_IDS.length] ?? "llm";
      await visits[Math.floor(Math.random() * visits.length)]?.call(this, feed);
    }
    return this.#inputs;
  }

  async #openRow(feed: FeedId): Promise<void> {
    await this.#click(`${hook(`feed-${feed}-row`)} button`);
    await this.#page.waitForSelector(hook("details"));
    await this.#click(hook("details-close"));
    await this.#page.waitForSelector(hook("details"), { state: "detached" });
  }

  async #pause(feed: FeedId): Promise<void> {
    const button = hook(`feed-${feed}-pause`);
    for (const pressed of [true, false]) {
      await this.#click(button);
      await this.#page.waitForSelector(`${button}[aria-pressed="${pressed}"]`);
    }
  }

  async #filter(feed: FeedId): Promise<void> {
    await this.#click(hook(`feed-${feed}-filter`));
    for (const key of ["a", "e", "Backspace", "Backspace"]) await this.#press(key);
  }

  async #changeTheme(): Promise<void> {
    await this.#page.focus(hook("theme"));
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"]) await this.#press(key);
  }

  /** Presses where the thing is now, without the looks around that would cost the page time. */
  async #click(selector: string): Promise<void> {
    await this.#wait();
    const place = await this.#page.$eval(selector, (element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    });
    this.#inputs += 1;
    await this.#page.mouse.click(place.x, place.y);
  }

  async #press(key: string): Promise<void> {
    await this.#wait();
    this.#inputs += 1;
    await this.#page.keyboard.press(key);
  }

  #wait(): Promise<void> {
    // A reader's own pace, not a wait for the page.
    return pause(SHORTEST_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
  }
}
