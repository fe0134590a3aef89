import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { VNode } from "preact";
import type { FeedSize } from "../../contract/feed.ts";
import { cellsOf } from "../content/cell.ts";
import type { Filter, Searchable } from "../content/filter.ts";
import { pathOf } from "../content/path.ts";
import { formats, language } from "../i18n/i18n.ts";
import { Part } from "../ui/parts.ts";
import { type ChosenFields, columnsOf, type ShownColumn, sound } from "./columns.ts";
import { countEvents, eventOf, latestOf, type Row } from "./kept.ts";
import type { PanelCounts, PanelStore, Snapshot } from "./panel-store.ts";
import type { Sort } from "./sort.ts";
import { layOut, type TableLayout, type TableRoom, Widths } from "./table-layout.ts";
import { hasTrace } from "./trace.ts";

/** Why the rows stand still: the reader paused, scrolled away, presses on a row, or is in them by keyboard. */
export type HoldReason = "paused" | "scrolled" | "pressed" | "focused";

/** The panel's counts with what the reader's filter hides; the messages among them add up to those received. */
export interface ViewCounts extends PanelCounts {
  /** Valid events that are kept, and hidden by the filter or by the trace that is followed. */
  readonly filtered: number;
}

/** What came while the rows stand still. */
export interface NewMessages {
  readonly count: number;
  /** The newest of them, which will be there to be read; the others gave way or were only counted. */
  readonly kept: number;
}

const NONE: readonly string[] = [];
const NO_NEWS: NewMessages = { count: 0, kept: 0 };

/** What finds everything: while nothing is looked for, and until the language of filters is there. */
const EVERYTHING: Filter = { isEmpty: true, problems: [], matches: () => true, unknownFields: () => [] };

/** Reads what a reader looks for; loaded with the first that is typed, or that a link holds. */
export const filters = new Part(async () => (await import("../content/filter.ts")).filterOf);

/** Sorts rows; loaded with the first heading that is pressed, and until then they stay as they came. */
export const sorting = new Part(async () => (await import("./sort.ts")).sorted);

/**
 * A panel as one reader sees it. While anything holds its rows they stand
 * still, so that nothing moves away from under a pointer; the store goes on.
 */
export class PanelView {
  readonly store: PanelStore;
  /** What is followed through all panels; null while nothing is. */
  readonly trace: ReadonlySignal<string | null>;
  readonly #held = signal<Snapshot | null>(null);
  readonly #reasons = signal<ReadonlySet<HoldReason>>(new Set());
  readonly #filter = signal("");
  readonly #fields = signal<ChosenFields>(null);
  readonly #sort = signal<Sort>(null);
  readonly #size = signal<FeedSize | null>(null);
  /** What of this panel is open beside the page: a key, or a message's place; null while nothing is. */
  readonly open = signal<string | number | null>(null);

  /** How much room its table has; null while that isn't known. */
  readonly room = signal<TableRoom | null>(null);

  /** Whether the reader paused the panel. */
  readonly paused = computed(() => this.#reasons.value.has("paused"));
  /** What the reader looks for; empty shows everything. */
  readonly filter: ReadonlySignal<string> = this.#filter;
  /** The fields that the reader chose to see; null for the feed's own columns. */
  readonly fields: ReadonlySignal<ChosenFields> = this.#fields;
  /** Whether the reader looks at other panels only; this one goes on all the same. */
  readonly hidden = signal(false);
  /** The room that the reader chose for it; null for its feed's own. */
  readonly chosenSize: ReadonlySignal<FeedSize | null> = this.#size;
  /** The room that it has on the board. */
  readonly size = computed<FeedSize>(() => this.#size.value ?? this.#ownSize);
  /** The columns to lay out. */
  readonly columns = computed<readonly ShownColumn[]>(() =>
    columnsOf(this.store.feed, this.#found.value, this.#fields.value),
  );
  /** How the columns are laid out. */
  readonly layout = computed<TableLayout>(() => {
    const { rows, hasTrace } = this.#current.value;
    const { trace, fields, view } = this.store.feed;
    const isTraced = hasTrace || trace !== undefined || fields.some(({ name }) => name === "trace_id");
    const last = view === "latest-by-key" ? "history" : isTraced ? "trace" : null;
    const [columns, room] = [this.#cells.value, this.room.value];
    if (room === null) return { columns, last };
    // Where there is little room it stands in the details.
    return layOut(this.#widths.of(columns, rows, room), room.isNarrow ? null : last, room);
  });
  /** What the reader looks for, and what is wrong with it. */
  readonly parsedFilter = computed<Filter>(
    () =>
      filters.now.value?.(this.#filter.value, {
        titles: this.#titles.value,
        shownText: (event) => this.#shownText(event),
      }) ?? EVERYTHING,
  );
  /** Which rows the filter, and the trace that is followed, leave; null for all. */
  readonly rowFilter = computed<((row: Row) => boolean) | null>(() => {
    const filter = this.parsedFilter.value;
    const trace = this.trace.value;
    if (filter.isEmpty && trace === null) return null;
    return (row) => {
      const entry = latestOf(row);
      return entry.kind === "gap" || (filter.matches(entry) && (trace === null || hasTrace(row, trace)));
    };
  });
  /** The fields that the filter names and that no event has. */
  readonly unknownFields = computed<readonly string[]>(() => {
    const filter = this.parsedFilter.value;
    if (filter.isEmpty) return NONE;
    return filter.unknownFields(this.store.snapshot.value.rows.flatMap((row) => eventOf(row) ?? []));
  });
  /** By what the rows are sorted. */
  readonly sort: ReadonlySignal<Sort> = this.#sort;
  /** The rows that the reader sees, newest first. */
  readonly rows = computed<readonly Row[]>(() => {
    const rows = this.#filtered(this.#current.value.rows);
    return sorting.now.value?.(rows, this.#sort.value, language.value, this.columns.value) ?? rows;
  });
  /** What became of the panel's messages, the filter included. */
  readonly counts = computed<ViewCounts>(() => {
    const { counts, rows } = this.store.snapshot.value;
    if (this.rowFilter.value === null) return { ...counts, filtered: 0 };
    const shown = countEvents(this.#filtered(rows));
    return { ...counts, shown, filtered: counts.shown - shown };
  });
  /** What came since the rows stand still; a press is too short to tell of. */
  readonly news = computed<NewMessages>(() => {
    const held = this.#held.value;
    const reasons = this.#reasons.value;
    const isPressOnly = reasons.size === 1 && reasons.has("pressed");
    if (held === null || isPressOnly) return NO_NEWS;
    const { counts, rows } = this.store.snapshot.value;
    const count = counts.received - held.counts.received;
    const kept = counts.shown + rows.filter(({ kind }) => kind === "malformed").length;
    return { count, kept: Math.min(count - (counts.folded - held.counts.folded), kept) };
  });

  /** What was drawn since they stand still, by what was asked for: it stands still as well; null while they go on. */
  readonly heldCharts = computed(() => (this.#held.value === null ? null : new Map<string, VNode>()));

  readonly #current = computed(() => this.#held.value ?? this.store.snapshot.value);
  readonly #found = computed(() => this.store.snapshot.value.found);
  /** The headings, which stand for their fields in a filter. */
  readonly #titles = computed(
    () => new Map(this.columns.value.map(({ field, title }) => [title[language.value], field])),
  );
  readonly #cells = computed(() =>
    this.columns.value.map((column) => ({
      column,
      heading: column.title[language.value],
      cellOf: cellsOf(column, formats.value, language.value),
    })),
  );
  readonly #widths = new Widths();

  constructor(store: PanelStore, trace: ReadonlySignal<string | null>) {
    this.store = store;
    this.trace = trace;
  }

  setFilter(wanted: string): void {
    if (wanted.trim() !== "") void filters.load();
    this.#filter.value = wanted;
  }

  /** Shows these fields as columns, or the feed's own. */
  setFields(wanted: ChosenFields): void {
    this.#fields.value = wanted === null ? null : sound(wanted);
  }

  /** Gives the panel so much room, or as much as its feed has it. */
  setSize(wanted: FeedSize | null): void {
    this.#size.value = wanted === this.#ownSize ? null : wanted;
  }

  /** Sorts by a field: up, down, and then no more. */
  sortBy(field: string): void {
    void sorting.load();
    const now = this.#sort.peek();
    if (now?.field !== field) this.#sort.value = { field, isDown: false };
    else this.#sort.value = now.isDown ? null : { field, isDown: true };
  }

  hold(reason: HoldReason): void {
    this.#reasons.value = new Set([...this.#reasons.value, reason]);
    // A reader who takes hold of a row means the one that is seen, however much came since it was painted.
    this.applyHold();
  }

  release(reason: HoldReason): void {
    const left = new Set(this.#reasons.value);
    left.delete(reason);
    this.#reasons.value = left;
    if (left.size === 0) this.#held.value = null;
  }

  /** Goes back to the newest, whatever held the rows. */
  releaseAll(): void {
    this.#reasons.value = new Set();
    this.#held.value = null;
  }

  /** Holds the rows as soon as there are any, where something holds them: a panel may be paused before anything came. */
  applyHold(): void {
    const now = this.store.snapshot.value;
    if (this.#reasons.value.size > 0 && now.rows.length > 0) this.#held.value ??= now;
  }

  get #ownSize(): FeedSize {
    return this.store.feed.size ?? "small";
  }

  /** What stands in the row otherwise than in the payload. */
  #shownText(event: Searchable): string {
    return this.#cells.value
      .filter(({ column }) => column.format !== undefined)
      .map(({ column, cellOf }) => cellOf(pathOf(column.field).of(event)).text)
      .join(" ");
  }

  #filtered(rows: readonly Row[]): readonly Row[] {
    return this.rowFilter.value === null ? rows : rows.filter(this.rowFilter.value);
  }
}
