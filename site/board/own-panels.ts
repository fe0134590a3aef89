import type { PanelModel } from "../panels/panel-model.ts";
import { readJson, recall, remember } from "../ui/memory.ts";
import type { Board } from "./board.ts";
import { isDefinitionOf } from "./definition.ts";
import { MAX_DEFINITION, MAX_OWN } from "./link.ts";
import { type PanelProblem, readOwnFeed } from "./own-feed.ts";

/**
 * The panels that a reader makes: kept in this browser, and in the link. Several tabs keep theirs: each adds
 * and takes away its own in what is there by then. What this version can't show stays, another may.
 */
export class OwnPanels {
  readonly #board: Board;

  constructor(board: Board) {
    this.#board = board;
  }

  /** The panels that this browser keeps, as they were defined. */
  get kept(): readonly string[] {
    const found = readJson(recall("panels"));
    const isKept = (one: unknown) => typeof one === "string" && one.length <= MAX_DEFINITION;
    return Array.isArray(found) ? found.filter(isKept) : [];
  }

  /** Makes a panel, and keeps it; what is wrong with it where there is none to make, else null. */
  make(definition: string): PanelProblem | null {
    if (this.kept.length >= MAX_OWN) return "full";
    const made = this.#open(definition);
    if ("problem" in made) return made.problem;
    this.#keep((kept) => [...kept.filter((one) => !isDefinitionOf(one, made.definition)), made.definition]);
    return null;
  }

  /** Takes a panel away, here and for the next visit. */
  remove(panel: PanelModel): void {
    const { definition } = panel;
    if (definition === null) return;
    this.#board.remove(panel);
    // Another may come to have its id.
    remember(`columns.${panel.feed.id}`, null);
    this.#keep((kept) => kept.filter((one) => !isDefinitionOf(one, definition)));
  }

  /**
   * Opens those of a link and those that are kept; a link's aren't kept unless their reader makes them too.
   * @returns those that can't be opened
   */
  open(definitions: readonly string[]): readonly string[] {
    return definitions.filter((definition) => "problem" in this.#open(definition));
  }

  /** Opens a panel unless it is there, and gives its own definition; else what is wrong. */
  #open(given: string): { readonly definition: string } | { readonly problem: PanelProblem } {
    const panels = this.#board.panels.peek();
    const known = panels
      .flatMap(({ definition }) => definition ?? [])
      .find((one) => isDefinitionOf(given, one));
    if (known !== undefined) return { definition: known };
    const read = readOwnFeed(given, new Set(panels.map(({ feed }) => feed.id)));
    if ("feed" in read) this.#board.add(read.feed, read.definition);
    return read;
  }

  #keep(change: (kept: readonly string[]) => readonly string[]): void {
    const kept = change(this.kept);
    remember("panels", kept.length === 0 ? null : JSON.stringify(kept));
  }
}
