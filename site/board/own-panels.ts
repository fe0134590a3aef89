import type { Memory } from "../ui/memory.ts";
import { part } from "../ui/parts.ts";
import type { Board } from "./board.ts";
import { definitionsIn, isDefinitionOf } from "./definition.ts";
import { MAX_OWN } from "./link.ts";
import type { PanelProblem } from "./own-feed.ts";

const ownFeed = () => import("./own-feed.ts");

/** Where this browser keeps the panels that its reader makes. */
export interface PanelMemory extends Memory {
  /** Forgets what was chosen of a panel that is gone: another may come to have its id. */
  forget(id: string): void;
}

/** The id of a panel that was made; else what is wrong, null where the page says that itself. */
export type Made = { readonly id: string } | { readonly problem: PanelProblem | null };

/**
 * The panels that a reader makes: kept in this browser, and in the link. Several tabs keep theirs: each adds
 * and takes away its own in what is there by then. What this version can't show stays, another may.
 */
export class OwnPanels {
  readonly #board: Board;
  readonly #memory: PanelMemory;

  constructor(board: Board, memory: PanelMemory) {
    this.#board = board;
    this.#memory = memory;
  }

  /** Makes a panel, and keeps it; what is wrong with it where there is none to make. */
  async make(definition: string): Promise<Made> {
    if (definitionsIn(this.#memory.recall()).length >= MAX_OWN) return { problem: "full" };
    const made = await this.#open(definition);
    const own = "id" in made ? this.#find(made.id)?.definition : null;
    if (own != null) this.#keep((kept) => [...kept.filter((one) => !isDefinitionOf(one, own)), own]);
    return made;
  }

  /** Takes a panel away, here and for the next visit. */
  remove(id: string): void {
    const panel = this.#find(id);
    const own = panel?.definition;
    if (panel === undefined || own == null) return;
    this.#board.remove(panel);
    this.#memory.forget(id);
    this.#keep((kept) => kept.filter((one) => !isDefinitionOf(one, own)));
  }

  /**
   * Opens those of a link and those that are kept; a link's aren't kept unless their reader makes them too.
   * @returns those that can't be opened
   */
  async open(definitions: readonly string[]): Promise<readonly string[]> {
    const left: string[] = [];
    for (const definition of definitions) {
      if ("problem" in (await this.#open(definition))) left.push(definition);
    }
    return left;
  }

  async #open(definition: string): Promise<Made> {
    const loaded = await part(ownFeed);
    if (loaded === null) return { problem: null };
    const panels = this.#board.panels.peek();
    const known = panels.find((one) => one.definition !== null && isDefinitionOf(definition, one.definition));
    if (known !== undefined) return { id: known.feed.id };
    const read = loaded.readOwnFeed(definition, new Set(panels.map(({ feed }) => feed.id)));
    return "problem" in read ? read : { id: this.#board.add(read.feed, read.definition).feed.id };
  }

  #find(id: string) {
    return this.#board.panels.peek().find(({ feed }) => feed.id === id);
  }

  #keep(change: (kept: readonly string[]) => readonly string[]): void {
    const kept = change(definitionsIn(this.#memory.recall()));
    this.#memory.remember(kept.length === 0 ? null : JSON.stringify(kept));
  }
}
