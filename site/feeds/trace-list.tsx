import { formats, language, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { Value } from "./cells.tsx";
import type { TracedEvent } from "./trace.ts";

/** Every event of one trace across the feeds, in the order of arrival: what led to what. */
export function TraceList(props: {
  events: readonly TracedEvent[];
  onOpen: (traced: TracedEvent) => void;
  /** Whether the feeds show nothing else. */
  isFiltered: boolean;
  onFilter: (wanted: boolean) => void;
}) {
  const { events, onOpen, isFiltered, onFilter } = props;
  return (
    <section class="block" data-testid="details-trace-events">
      <h3 class="block__title">{sheetTexts.value.traceEvents(formats.value.number(events.length))}</h3>
      <ol class="history">
        {events.map((traced) => {
          const { feed, event } = traced;
          const time = formats.value.time(event.atMs);
          return (
            <li
              class="history__event row"
              key={`${feed.id}.${event.seq}`}
              data-testid="trace-event"
              data-feed={feed.id}
            >
              <button
                type="button"
                class="row__open history__open"
                aria-label={texts.value.openDetails(time)}
                onClick={() => onOpen(traced)}
              >
                {time}
              </button>
              <span>{feed.title[language.value]}</span>
              {feed.columns.slice(-1).map((column) => (
                <span key={column.field}>
                  <Value feed={feed} event={event} column={column} />
                </span>
              ))}
            </li>
          );
        })}
      </ol>
      <button
        type="button"
        class="button button--small"
        data-testid="trace-filter"
        onClick={() => onFilter(!isFiltered)}
      >
        {isFiltered ? sheetTexts.value.filterByNone : sheetTexts.value.filterByTrace}
      </button>
    </section>
  );
}
