import { part } from "../ui/parts.ts";
import type { Board } from "./board.ts";

const ownFeed = () => import("./own-feed.ts");

/** More panels than these no link can carry. */
const MAX_PANELS = 24;

/** Where this browser keeps the panels that its reader makes. */
export interface PanelMemory {
  recall(): string | null;
  remember(text: string | null): void;
}

/** The panels that a reader makes: kept in this browser, and in the link. */
export class OwnPanels {
  readonly #board: Board;
  readonly #memory: PanelMemory;
  /** Those that this browser keeps and that aren't on the board: not yet, or because this version can't read them. */
  #unopened: readonly string[];

  constructor(board: Board, memory: PanelMemory) {
    this.#board = board;
    this.#memory = memory;
    this.#unopened = keptIn(memory.recall());
  }

  /** Makes a panel, and keeps it; what is wrong with it where there is none to make. */
  async make(definition: string): Promise<{ id: string } | { problem: string }> {
    const made = await this.#open(definition);
    if ("id" in made) this.#keep();
    return made;
  }

  /** Takes a panel away, here and for the next visit. */
  remove(id: string): void {
    const panel = this.#board.panels.peek().find(({ feed }) => feed.id === id);
    if (panel?.definition == null) return;
    this.#board.remove(panel);
    this.#keep();
  }

  /** Opens those that this browser keeps. */
  async openKept(): Promise<void> {
    for (const definition of this.#unopened) await this.#open(definition);
  }

  /** Opens those of a link; they aren't kept unless their reader changes something of them. */
  async openLinked(definitions: readonly string[]): Promise<void> {
    for (const definition of definitions.slice(0, MAX_PANELS)) await this.#open(definition);
  }

  async #open(definition: string): Promise<{ id: string } | { problem: string }> {
    const loaded = await part(ownFeed);
    if (loaded === null) return { problem: "" };
    const panels = this.#board.panels.peek();
    const read = loaded.readOwnFeed(definition, new Set(panels.map(({ feed }) => feed.id)));
    if ("problem" in read) return read;
    this.#unopened = this.#unopened.filter((one) => one !== definition);
    const known = panels.find((panel) => panel.definition === read.definition);
    if (known !== undefined) return { id: known.feed.id };
    return { id: this.#board.add(read.feed, read.definition).feed.id };
  }

  #keep(): void {
    const shown = this.#board.panels.peek().flatMap(({ definition }) => definition ?? []);
    // What can't be shown is no reason to lose it: another version may.
    const own = [...shown, ...this.#unopened];
    this.#memory.remember(own.length === 0 ? null : JSON.stringify(own.slice(0, MAX_PANELS)));
  }
}

function keptIn(text: string | null): readonly string[] {
  if (text === null) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return [];
  }
}
