import type { FeedColumn } from "../../contract/feed.ts";
import { FoundColumns } from "../content/found-columns.ts";
import { isMeasured } from "../content/measured.ts";
import { NumberSeries } from "../content/series.ts";
import type { ChosenFields } from "./columns.ts";
import type { FeedEvent } from "./entry.ts";
import type { PanelStore } from "./panel-store.ts";
import type { PanelView } from "./panel-view.ts";

/** As many fields are drawn where nobody chose. */
const FOUND_FIELDS = 4;
/** A field that is a number stands among so many columns, or tells too little. */
const LOOKED_THROUGH = 50;

/** The numbers of a panel over time: of what it keeps, and of all that comes, each event once, until it is stopped. */
export class PanelNumbers {
  readonly series: NumberSeries;
  readonly #store: PanelStore;
  readonly #shows: ((event: FeedEvent) => boolean) | null;
  /** Finds the fields where nobody chose, until there are enough of them. */
  #finder: FoundColumns | null;
  #columns: ReadonlyMap<string, FeedColumn>;
  readonly stop: () => void;

  /**
   * @param chosen what is drawn; if empty, whatever numbers the events have
   * @param shows the events that are drawn; null for all
   */
  constructor(
    store: PanelStore,
    chosen: readonly FeedColumn[],
    shows: ((event: FeedEvent) => boolean) | null = null,
  ) {
    this.#store = store;
    this.#shows = shows;
    this.#finder = chosen.length === 0 ? new FoundColumns() : null;
    this.#columns = new Map(chosen.filter(isDrawn).map((column) => [column.field, column]));
    const { key = null } = store.feed;
    const measured = chosen.filter((column) => isMeasured(column) && column.field !== key);
    this.series = new NumberSeries(
      [...this.#columns.keys()],
      key,
      undefined,
      measured.map(({ field }) => field),
    );
    this.stop = store.follow((event) => this.#note(event));
  }

  /** What is drawn, by field; where nobody chose, what turned up later stands behind what was there. */
  columns(): ReadonlyMap<string, FeedColumn> {
    const found = this.#finder === null ? [] : this.#foundBy(this.#finder);
    const others = found
      .filter(({ field }) => !this.#columns.has(field))
      .slice(0, FOUND_FIELDS - this.#columns.size);
    if (others.length > 0) {
      this.#columns = new Map([...this.#columns, ...others.map((column) => [column.field, column] as const)]);
      this.series.addFields(
        others.map(({ field }) => field),
        this.#store.events().filter((event) => this.#shows?.(event) !== false),
      );
    }
    if (this.#columns.size >= FOUND_FIELDS) this.#finder = null;
    return this.#columns;
  }

  #foundBy(finder: FoundColumns): readonly FeedColumn[] {
    const numeric = new Set(finder.fields.filter(({ isNumeric }) => isNumeric).map(({ path }) => path));
    return finder.columns(LOOKED_THROUGH).filter((column) => numeric.has(column.field) && isDrawn(column));
  }

  #note(event: FeedEvent): void {
    if (this.#shows?.(event) === false) return;
    this.#finder?.note(event);
    this.series.note(event, !event.isHistory);
  }
}

/** A time over time says nothing, and would press all else flat. */
function isDrawn({ format }: FeedColumn): boolean {
  return format !== "time";
}

/** What is followed for as long as its panel is there, whether it is looked at or not. */
const followed = new WeakMap<PanelView, { fields: ChosenFields; numbers: PanelNumbers }>();

/** The numbers of all events of a panel: they reach farther back than what the panel keeps. */
export function numbersOf(view: PanelView): PanelNumbers {
  const fields = view.fields.value;
  const known = followed.get(view);
  if (known?.fields === fields) return known.numbers;
  known?.numbers.stop();
  const numbers = new PanelNumbers(view.store, chosenIn(view));
  followed.set(view, { fields, numbers });
  return numbers;
}

/** What of a panel is to be drawn: what its reader chose, else what its feed names, which may be nothing. */
export function chosenIn({ fields, columns, store }: PanelView): readonly FeedColumn[] {
  return fields.value === null ? store.feed.columns : columns.peek();
}
