import { timeOf } from "../content/path.ts";
import { formats, texts } from "../i18n/i18n.ts";
import { shownValue } from "../panels/cells.tsx";
import type { KeyedRow } from "../panels/kept.ts";
import type { PanelView } from "../panels/panel-view.ts";
import { Block } from "../ui/sheet.tsx";

/** All kept events of a key, newest first. */
export function History({ view, row }: { view: PanelView; row: KeyedRow }) {
  const { feed } = view.store;
  const columns = view.layout.value.columns.filter(({ column }) => column.field !== feed.key);
  return (
    <Block title={texts.value.detailHistory}>
      <ol class="history" data-testid="details-history">
        {row.events.map((event) => (
          <li class="history__event" key={event.seq}>
            <time>{formats.value.time(timeOf(event))}</time>
            {columns.map(({ column: { field }, cellOf }) => (
              <span key={field}>{shownValue(event, field, cellOf)}</span>
            ))}
          </li>
        ))}
      </ol>
    </Block>
  );
}
