import { useSignal } from "@preact/signals";
import { timeOf } from "../content/path.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import type { FeedEvent } from "../panels/entry.ts";
import type { Row } from "../panels/kept.ts";
import type { PanelModel } from "../panels/panel-model.ts";
import { Block } from "../ui/sheet.tsx";
import { changesBetween, MAX_LEAVES } from "./compare.ts";

/** The most changes and path characters shown: nobody reads more, and thousands would block the page for seconds. */
const MAX_SHOWN = 100;
const MAX_PATH = 120;

/** The end of a long path, which says more than its beginning. */
function endOf(path: string): string {
  return path.length > MAX_PATH ? `…${path.slice(-MAX_PATH)}` : path;
}

/** What changed since the previous event of the same key, or of the same subject where there are no keys. */
export function Comparison({ panel, event }: { panel: PanelModel; event: FeedEvent }) {
  const t = allTexts.value;
  // Looked up once, so that the comparison doesn't change while it is read.
  const before = useSignal(comparedWith(panel.store.snapshot.peek().rows, event)).value;
  if (before === null) return null;
  const { changes, isAll } = changesBetween(before.value, event.value);
  return (
    <Block title={t.compareTitle(formats.value.time(timeOf(before)))}>
      {changes.length === 0 ? (
        <p class="note" data-testid="details-changes">
          {isAll ? t.compareSame : t.compareCut(formats.value.count(MAX_LEAVES))}
        </p>
      ) : (
        <ul class="changes" data-testid="details-changes">
          {changes.slice(0, MAX_SHOWN).map(({ path, before, after }) => (
            <li key={path} class="changes__one">
              <code class="changes__path">{path === "" ? t.comparePayload : endOf(path)}</code>
              {before !== undefined && <del>{before}</del>}
              {after !== undefined && <ins>{after}</ins>}
            </li>
          ))}
          {changes.length > MAX_SHOWN && (
            <li class="note">{t.treeMore(formats.value.count(changes.length - MAX_SHOWN))}</li>
          )}
          {!isAll && <li class="note">{t.compareCut(formats.value.count(MAX_LEAVES))}</li>}
        </ul>
      )}
    </Block>
  );
}

/** The event to compare with; null where none is kept, or where either was too large to be read. */
export function comparedWith(rows: readonly Row[], event: FeedEvent): FeedEvent | null {
  const before = eventBefore(rows, event);
  return before === null || before.isCut || event.isCut ? null : before;
}

/** The previous event of the same key, or else of the same subject. */
function eventBefore(rows: readonly Row[], event: FeedEvent): FeedEvent | null {
  for (const row of rows) {
    if (row.kind === "keyed") {
      const at = row.events.findIndex(({ seq }) => seq === event.seq);
      if (at >= 0) return row.events[at + 1] ?? null;
    } else if (row.kind === "event" && row.seq < event.seq && row.subject === event.subject) {
      return row;
    }
  }
  return null;
}
