import type { PanelModel } from "../panels/panel-model.ts";
import { readJson, recall, remember } from "../ui/memory.ts";
import type { Board } from "./board.ts";
import { isDefinitionOf } from "./definition.ts";
import { MAX_DEFINITION, MAX_OWN } from "./link.ts";
import { type PanelProblem, readOwnFeed } from "./own-feed.ts";

/**
 * The panels that a reader makes, saved in this browser and written to the link. Tabs share the storage, so each
 * change is applied to the latest saved list. Definitions that this version can't show are kept for other versions.
 */
export class OwnPanels {
  readonly #board: Board;

  constructor(board: Board) {
    this.#board = board;
  }

  /** The definitions saved in this browser. */
  get kept(): readonly string[] {
    const found = readJson(recall("panels"));
    const isKept = (one: unknown) => typeof one === "string" && one.length <= MAX_DEFINITION;
    return Array.isArray(found) ? found.filter(isKept) : [];
  }

  /** Makes, saves and shows a panel. Returns what is wrong with the definition, or null. */
  make(given: string): PanelProblem | null {
    if (this.kept.length >= MAX_OWN) return "full";
    const made = this.#open(given);
    if ("problem" in made) return made.problem;
    const { panel, definition } = made;
    this.#keep((kept) => [...kept.filter((one) => !isDefinitionOf(one, definition)), definition]);
    // It may be a panel that was there already.
    panel.view.hidden.value = false;
    this.#board.revealed.value = panel;
    return null;
  }

  /** Removes a panel from the board and from this browser. */
  remove(panel: PanelModel): void {
    const { definition } = panel;
    if (definition === null) return;
    this.#board.remove(panel);
    // A later panel may get the same id.
    remember(`columns.${panel.feed.id}`, null);
    this.#keep((kept) => kept.filter((one) => !isDefinitionOf(one, definition)));
  }

  /** Opens panels without saving them. Returns the definitions that can't be opened. */
  open(definitions: readonly string[]): readonly string[] {
    return definitions.filter((definition) => "problem" in this.#open(definition));
  }

  /** Opens a panel unless it is open already. Returns it with its definition as stored, or what is wrong. */
  #open(
    given: string,
  ): { readonly panel: PanelModel; readonly definition: string } | { readonly problem: PanelProblem } {
    const panels = this.#board.panels.peek();
    for (const panel of panels) {
      const { definition } = panel;
      if (definition !== null && isDefinitionOf(given, definition)) return { panel, definition };
    }
    const read = readOwnFeed(given, new Set(panels.map(({ feed }) => feed.id)));
    if ("problem" in read) return read;
    const { feed, definition } = read;
    return { panel: this.#board.add(feed, definition), definition };
  }

  #keep(change: (kept: readonly string[]) => readonly string[]): void {
    const kept = change(this.kept);
    remember("panels", kept.length === 0 ? null : JSON.stringify(kept));
  }
}
