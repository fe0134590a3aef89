import type { FeedColumn } from "../../contract/feed.ts";
import { FoundColumns } from "../content/found-columns.ts";
import { NumberSeries } from "../content/series.ts";
import type { FeedEvent } from "../panels/entry.ts";
import type { PanelStore } from "../panels/panel-store.ts";

/** As many fields are drawn where nobody chose. */
const FOUND_FIELDS = 4;
/** A field that is a number stands among so many columns, or tells too little. */
const LOOKED_THROUGH = 50;

/** The numbers of a panel over time: of what it keeps, and of all that comes, each event once. */
export class PanelNumbers {
  readonly series: NumberSeries;
  readonly #store: PanelStore;
  /** Finds the fields where nobody chose; null where somebody did. */
  readonly #finder: FoundColumns | null;
  #columns: ReadonlyMap<string, FeedColumn>;
  /** The last event that was taken in. */
  #seq = 0;

  /** @param chosen what is drawn; if empty, whatever numbers the events have */
  constructor(store: PanelStore, chosen: readonly FeedColumn[]) {
    this.#store = store;
    this.#finder = chosen.length === 0 ? new FoundColumns() : null;
    this.#columns = new Map(chosen.map((column) => [column.field, column]));
    this.series = new NumberSeries([...this.#columns.keys()], store.feed.key ?? null);
    this.#catchUp();
  }

  /** Takes in each event from where it stopped, until the returned function is called. */
  follow(): () => void {
    this.#catchUp();
    return this.#store.onEvent((event) => this.#take(event));
  }

  /** What is drawn, by field; where nobody chose, what turned up later stands behind what was there. */
  columns(): ReadonlyMap<string, FeedColumn> {
    const found = this.#finder === null ? [] : this.#foundBy(this.#finder);
    const others = found
      .filter(({ field }) => !this.#columns.has(field))
      .slice(0, FOUND_FIELDS - this.#columns.size);
    if (others.length > 0) {
      this.#columns = new Map([...this.#columns, ...others.map((column) => [column.field, column] as const)]);
      this.series.draw(
        others.map(({ field }) => field),
        keptBy(this.#store).filter(({ seq }) => seq <= this.#seq),
      );
    }
    return this.#columns;
  }

  #foundBy(finder: FoundColumns): readonly FeedColumn[] {
    if (this.#columns.size >= FOUND_FIELDS) return [];
    const numeric = new Set(finder.fields.filter(({ isNumeric }) => isNumeric).map(({ path }) => path));
    return finder
      .columns(LOOKED_THROUGH)
      .filter(({ field, format }) => numeric.has(field) && format !== "time");
  }

  #catchUp(): void {
    for (const event of keptBy(this.#store)) if (event.seq > this.#seq) this.#take(event);
  }

  #take(event: FeedEvent): void {
    this.#seq = event.seq;
    this.#finder?.note(event);
    this.series.note(event, !event.isHistory);
  }
}

/** The events that a store keeps, oldest first. */
function keptBy(store: PanelStore): readonly FeedEvent[] {
  return store
    .rows()
    .flatMap((row) => {
      if (row.kind === "keyed") return row.history();
      return row.kind === "event" ? [row] : [];
    })
    .sort((one, other) => one.seq - other.seq);
}
