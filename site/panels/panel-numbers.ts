import type { FeedColumn } from "../../contract/feed.ts";
import { FoundColumns } from "../content/found-columns.ts";
import { isMeasured } from "../content/measured.ts";
import { NumberSeries } from "../content/series.ts";
import type { ChosenFields } from "./columns.ts";
import type { FeedEvent } from "./entry.ts";
import type { PanelStore } from "./panel-store.ts";
import type { PanelView } from "./panel-view.ts";

/** How many fields are drawn where neither the feed nor the reader chose any. */
const FOUND_FIELDS = 4;
/** How many of the best found columns are searched for numeric fields. */
const SEARCHED_COLUMNS = 50;

/** A panel's numbers over time: of its kept events and of each that arrives, until `stop()` is called. */
export class PanelNumbers {
  readonly series: NumberSeries;
  readonly #store: PanelStore;
  readonly #matches: ((event: FeedEvent) => boolean) | null;
  /** Finds numeric fields where none were chosen; null once there are enough. */
  #finder: FoundColumns | null;
  #columns: ReadonlyMap<string, FeedColumn>;
  readonly stop: () => void;

  /**
   * @param chosen the columns to draw; if empty, numeric fields are found in the events
   * @param matches the events to draw; null for all
   */
  constructor(
    store: PanelStore,
    chosen: readonly FeedColumn[],
    matches: ((event: FeedEvent) => boolean) | null = null,
  ) {
    this.#store = store;
    this.#matches = matches;
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

  /** The drawn columns by field; found fields are appended, so that lines keep their order and colour. */
  columns(): ReadonlyMap<string, FeedColumn> {
    const found = this.#finder === null ? [] : this.#foundBy(this.#finder);
    const others = found
      .filter(({ field }) => !this.#columns.has(field))
      .slice(0, FOUND_FIELDS - this.#columns.size);
    if (others.length > 0) {
      this.#columns = new Map([...this.#columns, ...others.map((column) => [column.field, column] as const)]);
      this.series.addFields(
        others.map(({ field }) => field),
        this.#store.events().filter((event) => this.#matches?.(event) !== false),
      );
    }
    if (this.#columns.size >= FOUND_FIELDS) this.#finder = null;
    return this.#columns;
  }

  #foundBy(finder: FoundColumns): readonly FeedColumn[] {
    const numeric = new Set(finder.fields.filter(({ isNumeric }) => isNumeric).map(({ path }) => path));
    return finder.columns(SEARCHED_COLUMNS).filter((column) => numeric.has(column.field) && isDrawn(column));
  }

  #note(event: FeedEvent): void {
    if (this.#matches?.(event) === false) return;
    this.#finder?.note(event);
    this.series.note(event, !event.isHistory);
  }
}

/** Excludes times: drawn over time they say nothing, and their scale would flatten all other lines. */
function isDrawn({ format }: FeedColumn): boolean {
  return format !== "time";
}

/** The unfiltered numbers of each panel, kept also while the panel isn't shown. */
const followed = new WeakMap<PanelView, { fields: ChosenFields; numbers: PanelNumbers }>();

/** The numbers of all events of a panel, which reach farther back than the events that it keeps. */
export function numbersOf(view: PanelView): PanelNumbers {
  const fields = view.fields.value;
  const known = followed.get(view);
  if (known?.fields === fields) return known.numbers;
  known?.numbers.stop();
  const numbers = new PanelNumbers(view.store, chosenIn(view));
  followed.set(view, { fields, numbers });
  return numbers;
}

/** The columns to draw: the reader's choice, or else the feed's columns, which may be none. */
export function chosenIn({ fields, columns, store }: PanelView): readonly FeedColumn[] {
  return fields.value === null ? store.feed.columns : columns.peek();
}
