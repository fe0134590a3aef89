/** Test helpers: a page's address and its board. */

import { signal } from "@preact/signals";
import { boardOf, stubMemory } from "../testing.ts";
import { SheetHost } from "../ui/sheet-host.ts";
import { type Address, bindAddress, type NotShown, type Step } from "./address.ts";
import { OwnPanels } from "./own-panels.ts";

/** A browser's history, in which a reader goes back and forward and pastes links. */
class TestAddress implements Address {
  readonly entries: { hash: string; step: Step | null }[];
  #at = 0;
  #moved: () => void = () => {};

  constructor(hash: string) {
    this.entries = [{ hash, step: null }];
  }
  read() {
    return this.entries[this.#at] ?? { hash: "", step: null };
  }
  replace(hash: string, step: Step) {
    this.entries[this.#at] = { hash, step };
  }
  push(hash: string, step: Step) {
    this.entries.splice(this.#at + 1, Number.POSITIVE_INFINITY, { hash, step });
    this.#at += 1;
  }
  onMove(moved: () => void) {
    this.#moved = moved;
    return () => {
      this.#moved = () => {};
    };
  }
  back() {
    this.#at -= 1;
    this.#moved();
  }
  forward() {
    this.#at += 1;
    this.#moved();
  }
  paste(hash: string) {
    this.entries.splice(this.#at + 1, Number.POSITIVE_INFINITY, { hash, step: null });
    this.#at += 1;
    this.#moved();
  }
}

/**
 * A board bound to an address.
 * @param kept the subjects of the panels saved in this browser
 */
export function bound(hash: string, { kept = [] as readonly string[] } = {}) {
  const { board, panels } = boardOf("a", "b");
  const [a, b] = panels.map(({ view }) => view);
  if (a === undefined || b === undefined) throw new Error("two panels were asked for");
  const sheetHost = new SheetHost();
  const address = new TestAddress(hash);
  const live: boolean[] = [];
  const wanted = signal(false);
  stubMemory({ panels: JSON.stringify(kept.map(definitionOf)) });
  const own = new OwnPanels(board);
  /** Opens a message only if its panel exists; opens anything else. */
  const open = async (name: string) => {
    const [panelId, sequence] = name.split("@");
    const isThere = board.panels.value.some(({ feed }) => feed.id === panelId);
    if (sequence === undefined || isThere) await sheetHost.open(name, async () => () => null);
  };
  const setLive = (on: boolean) => {
    live.push(on);
    wanted.value = on;
  };
  const notShown = signal<NotShown | null>(null);
  const page = { board, sheetHost, open, own, notShown, wanted, setLive };
  const end = bindAddress(page, address);
  return { board, a, b, sheetHost, address, notShown, live, wanted, open, end };
}

/** The definition of a panel of a subject. */
export const definitionOf = (subject: string) => JSON.stringify({ subject });
/** The link parameter for a panel of a subject. */
export const linkTo = (subject: string) => `panel=${encodeURIComponent(definitionOf(subject))}`;
