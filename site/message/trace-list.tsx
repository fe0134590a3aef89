import { timeOf } from "../content/path.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import { shownValue } from "../panels/cells.tsx";
import type { FeedEvent } from "../panels/entry.ts";
import { eventsOf, type Row } from "../panels/kept.ts";
import type { PanelModel } from "../panels/panel-model.ts";
import { hasTrace } from "../panels/trace.ts";

/** An event and its panel. */
interface TracedEvent<P> {
  readonly panel: P;
  readonly event: FeedEvent;
}

/** All kept events with this trace id, in order of time. */
export function eventsWithTrace<P>(
  all: readonly { readonly panel: P; readonly rows: readonly Row[] }[],
  trace: string,
): readonly TracedEvent<P>[] {
  return all
    .flatMap(({ panel, rows }) => {
      const events = rows.filter((row) => hasTrace(row, trace)).flatMap(eventsOf);
      return events.filter((event) => event.trace === trace).map((event) => ({ panel, event }));
    })
    .sort((one, other) => timeOf(one.event) - timeOf(other.event));
}

/** The events of one trace from all panels, in order of time. */
export function TraceList(props: {
  events: readonly TracedEvent<PanelModel>[];
  onOpen: (traced: TracedEvent<PanelModel>) => void;
  /** Whether all panels are filtered by this trace. */
  isFollowed: boolean;
  onFollow: (wanted: boolean) => void;
}) {
  const { events, onOpen, isFollowed, onFollow } = props;
  return (
    <section class="block" data-testid="details-trace-events">
      <h3 class="block__title">{allTexts.value.traceEvents(formats.value.number(events.length))}</h3>
      <ol class="history">
        {events.map((traced) => {
          const { event } = traced;
          const { feed, view } = traced.panel;
          const time = formats.value.time(timeOf(event));
          return (
            <li
              class="history__event row"
              key={`${feed.id}.${event.seq}`}
              data-testid="trace-event"
              data-feed={feed.id}
            >
              <button
                type="button"
                class="row__open"
                aria-label={allTexts.value.openDetails(time)}
                onClick={() => onOpen(traced)}
              >
                {time}
              </button>
              <span>{feed.title[language.value]}</span>
              {view.layout.value.columns.slice(-1).map(({ column: { field }, cellOf }) => (
                <span key={field}>{shownValue(event, field, cellOf)}</span>
              ))}
            </li>
          );
        })}
      </ol>
      <button
        type="button"
        class="button button--small"
        data-testid="trace-filter"
        onClick={() => onFollow(!isFollowed)}
      >
        {isFollowed ? allTexts.value.traceLeave : allTexts.value.filterByTrace}
      </button>
    </section>
  );
}
