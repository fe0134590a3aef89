import { useMemo } from "preact/hooks";
import type { FeedColumn } from "../../contract/feed.ts";
import { pathOf } from "../content/path.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { ENOUGH_EVENTS } from "./columns.ts";
import { eventsOf, latestOf, type Row } from "./kept.ts";
import type { PanelModel } from "./panel-model.ts";

/** Finds columns whose path no event has: most likely misspelt. Each event is looked at once. */
export class MissingColumns {
  readonly #seen = new Set<string>();
  #looked = 0;
  /** The last event that was looked at. */
  #seq = 0;

  /** The paths of those that none of the events has that are or were in `rows`, as soon as these are enough. */
  in(columns: readonly FeedColumn[], rows: readonly Row[]): readonly string[] {
    const unseen = new Set(columns.map(({ field }) => field).filter((field) => !this.#seen.has(field)));
    const since = this.#seq;
    for (const row of rows) {
      if (unseen.size === 0) return [];
      if (latestOf(row).seq <= since) continue;
      for (const event of eventsOf(row)) {
        // What says that a key is gone has no fields to be missing.
        if (event.seq <= since || event.isDeletion) continue;
        this.#looked += 1;
        this.#seq = Math.max(this.#seq, event.seq);
        for (const field of unseen) {
          if (pathOf(field).of(event) === undefined) continue;
          unseen.delete(field);
          this.#seen.add(field);
        }
      }
    }
    return this.#looked < ENOUGH_EVENTS ? [] : [...unseen];
  }
}

/** Says which of a feed's columns no event has. */
export function MissingNote({ panel }: { panel: PanelModel }) {
  const missing = useMemo(() => new MissingColumns(), [panel]);
  const fields = missing.in(panel.feed.columns, panel.store.snapshot.value.rows);
  if (fields.length === 0) return null;
  return (
    <p class="panel__notes" role="status" data-testid={`feed-${panel.feed.id}-missing`}>
      {fields.map(sheetTexts.value.columnMissing).join(" ")}
    </p>
  );
}
