import type { Feed } from "../../contract/feed.ts";
import { formats, texts } from "../i18n/i18n.ts";
import { Value } from "./cells.tsx";
import type { KeyedRow } from "./holding.ts";

/** Every kept event of one key, newest first: how it came to its latest status. */
export function History({ feed, row }: { feed: Feed; row: KeyedRow }) {
  const columns = feed.columns.filter((column) => column.field !== feed.key);
  return (
    <section class="block">
      <h3 class="block__title">{texts.value.detailHistory}</h3>
      <ol class="history" data-testid="details-history">
        {row.history().map((event) => (
          <li class="history__event" key={event.seq}>
            <time>{formats.value.time(event.atMs)}</time>
            {columns.map((column) => (
              <span key={column.field}>
                <Value feed={feed} event={event} column={column} />
              </span>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
