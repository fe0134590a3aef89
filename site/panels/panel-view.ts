import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { VNode } from "preact";
import type { FeedSize } from "../../contract/feed.ts";
import { cellsOf } from "../content/cell.ts";
import type { Filter, Searchable } from "../content/filter.ts";
import { pathOf } from "../content/path.ts";
import { formats, language } from "../i18n/i18n.ts";
import { Part } from "../ui/parts.ts";
import { type ChosenFields, columnsOf, type ShownColumn, validFields } from "./columns.ts";
import { countEvents, eventOf, latestOf, type Row } from "./kept.ts";
import type { PanelCounts, PanelStore, Snapshot } from "./panel-store.ts";
import type { Sort } from "./sort.ts";
import { layOut, type TableLayout, type TableRoom, Widths } from "./table-layout.ts";
import { hasTrace } from "./trace.ts";

/** Why the rows are held: the reader paused them, scrolled down, presses on a row, or has the focus in them. */
export type HoldReason = "paused" | "scrolled" | "pressed" | "focused";

/** The panel's counts with those of the reader's filter: received = shown + filtered + malformed + folded + dropped. */
export interface ViewCounts extends PanelCounts {
  /** Kept valid events that the filter or the followed trace hides. */
  readonly filtered: number;
}

/** The messages that have arrived since the rows were held. */
export interface NewMessages {
  readonly count: number;
  /** How many of them can still be shown: the rest were dropped or folded. */
  readonly kept: number;
}

const NONE: readonly string[] = [];
const NO_NEWS: NewMessages = { count: 0, kept: 0 };

/** Matches everything: used until the code of filters is loaded. */
const EVERYTHING: Filter = { isEmpty: true, problems: [], matches: () => true, unknownFields: () => [] };

/** Parses filters; loaded with the first filter that is typed or comes from a link. */
export const filters = new Part(async () => (await import("../content/filter.ts")).filterOf);

/** Sorts rows; loaded when the first heading is pressed. Until then rows keep their order of arrival. */
export const sorting = new Part(async () => (await import("./sort.ts")).sorted);

/**
 * A panel as its reader sees it: filtered, sorted and laid out. While there is a reason to hold the rows they don't
 * change, so that nothing moves away from under the pointer; the store still receives messages.
 */
export class PanelView {
  readonly store: PanelStore;
  /** The trace id by which all panels are filtered; null while there is none. */
  readonly trace: ReadonlySignal<string | null>;
  readonly #held = signal<Snapshot | null>(null);
  readonly #reasons = signal<ReadonlySet<HoldReason>>(new Set());
  readonly #filter = signal("");
  readonly #fields = signal<ChosenFields>(null);
  readonly #sort = signal<Sort>(null);
  readonly #size = signal<FeedSize | null>(null);
  /** The row whose details are open: its key, or its message's `seq`; null while none is. */
  readonly open = signal<string | number | null>(null);

  /** The room and fonts of the panel's table; null before they are measured. */
  readonly room = signal<TableRoom | null>(null);

  /** Whether the reader paused the panel. */
  readonly paused = computed(() => this.#reasons.value.has("paused"));
  /** The filter as typed; an empty one shows everything. */
  readonly filter: ReadonlySignal<string> = this.#filter;
  /** The fields that the reader chose to see; null for the feed's own columns. */
  readonly fields: ReadonlySignal<ChosenFields> = this.#fields;
  /** Whether the reader shows only other panels; this one still receives messages. */
  readonly hidden = signal(false);
  /** The size that the reader chose; null for the feed's own. */
  readonly chosenSize: ReadonlySignal<FeedSize | null> = this.#size;
  /** The panel's size on the board. */
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
    // A narrow panel has no room for the last column; the details show the same.
    return layOut(this.#widths.of(columns, rows, room), room.isNarrow ? null : last, room);
  });
  /** The parsed filter, with its problems. */
  readonly parsedFilter = computed<Filter>(
    () =>
      filters.now.value?.(this.#filter.value, {
        titles: this.#titles.value,
        shownText: (event) => this.#shownText(event),
      }) ?? EVERYTHING,
  );
  /** Whether the filter and the followed trace let a row through; null where all rows pass. */
  readonly rowFilter = computed<((row: Row) => boolean) | null>(() => {
    const filter = this.parsedFilter.value;
    const trace = this.trace.value;
    if (filter.isEmpty && trace === null) return null;
    return (row) => {
      const entry = latestOf(row);
      return entry.kind === "gap" || (filter.matches(entry) && (trace === null || hasTrace(row, trace)));
    };
  });
  /** The fields that the filter names but no event has. */
  readonly unknownFields = computed<readonly string[]>(() => {
    const filter = this.parsedFilter.value;
    if (filter.isEmpty) return NONE;
    return filter.unknownFields(this.store.snapshot.value.rows.flatMap((row) => eventOf(row) ?? []));
  });
  /** The field and direction of the sort; null for the order of arrival. */
  readonly sort: ReadonlySignal<Sort> = this.#sort;
  /** The rows to show: newest first unless they are sorted. */
  readonly rows = computed<readonly Row[]>(() => {
    const rows = this.#filtered(this.#current.value.rows);
    return sorting.now.value?.(rows, this.#sort.value, language.value, this.columns.value) ?? rows;
  });
  /** What became of the panel's messages, with those that the filter hides. */
  readonly counts = computed<ViewCounts>(() => {
    const { counts, rows } = this.store.snapshot.value;
    if (this.rowFilter.value === null) return { ...counts, filtered: 0 };
    const shown = countEvents(this.#filtered(rows));
    return { ...counts, shown, filtered: counts.shown - shown };
  });
  /** What has arrived since the rows were held; nothing while they are only pressed, which is too short to report. */
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

  /** The charts drawn since the rows were held, by filter, trace and fields: held too. Null while nothing is held. */
  readonly heldCharts = computed(() => (this.#held.value === null ? null : new Map<string, VNode>()));

  readonly #current = computed(() => this.#held.value ?? this.store.snapshot.value);
  readonly #found = computed(() => this.store.snapshot.value.found);
  /** Field by heading: a filter may name either. */
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

  /** Shows these fields as columns; null for the feed's own. */
  setFields(wanted: ChosenFields): void {
    this.#fields.value = wanted === null ? null : validFields(wanted);
  }

  /** Sets the panel's size on the board; null for the feed's own. */
  setSize(wanted: FeedSize | null): void {
    this.#size.value = wanted === this.#ownSize ? null : wanted;
  }

  /** Sorts by a field: ascending, then descending, then not at all. */
  sortBy(field: string): void {
    void sorting.load();
    const now = this.#sort.peek();
    if (now?.field !== field) this.#sort.value = { field, isDown: false };
    else this.#sort.value = now.isDown ? null : { field, isDown: true };
  }

  hold(reason: HoldReason): void {
    this.#reasons.value = new Set([...this.#reasons.value, reason]);
    // At once, so that a press hits the row that was painted, whatever has arrived since.
    this.applyHold();
  }

  release(reason: HoldReason): void {
    const left = new Set(this.#reasons.value);
    left.delete(reason);
    this.#reasons.value = left;
    if (left.size === 0) this.#held.value = null;
  }

  /** Shows the newest rows again, for whatever reason they were held. */
  releaseAll(): void {
    this.#reasons.value = new Set();
    this.#held.value = null;
  }

  /** Holds the rows if there is a reason to, once there are any: an empty panel can be paused too. */
  applyHold(): void {
    const now = this.store.snapshot.value;
    if (this.#reasons.value.size > 0 && now.rows.length > 0) this.#held.value ??= now;
  }

  get #ownSize(): FeedSize {
    return this.store.feed.size ?? "small";
  }

  /** The formatted texts of an event's row, which may differ from its payload; a filter finds both. */
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
