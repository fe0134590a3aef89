import { useMemo } from "preact/hooks";
import { sheetTexts } from "../i18n/sheets.ts";
import { MissingColumns } from "./missing-columns.ts";
import type { PanelModel } from "./panel-model.ts";

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
