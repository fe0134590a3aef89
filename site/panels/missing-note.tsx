import { useMemo } from "preact/hooks";
import type { FeedColumn } from "../../contract/feed.ts";
import { pathOf } from "../content/path.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { eventOf, type Row } from "./kept.ts";
import type { PanelModel } from "./panel-model.ts";

/** Finds columns whose path no event has: most likely misspelt. What was seen once isn't looked for again. */
export class MissingColumns {
  readonly #seen = new Set<string>();

  /** The paths of those that none of the events in `rows` has. */
  in(columns: readonly FeedColumn[], rows: readonly Row[]): readonly string[] {
    const unseen = new Set(columns.map(({ field }) => field).filter((field) => !this.#seen.has(field)));
    let isAny = false;
    for (const row of rows) {
      if (unseen.size === 0) return [];
      const event = eventOf(row);
      // What says that a key is gone has no fields to be missing.
      if (event === null || event.isDeletion) continue;
      isAny = true;
      for (const field of unseen) {
        if (pathOf(field).of(event) === undefined) continue;
        unseen.delete(field);
        this.#seen.add(field);
      }
    }
    return isAny ? [...unseen] : [];
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
