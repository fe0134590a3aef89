import type { TimelineEntry } from "../../client/index.ts";
import { outcomeWords } from "../feeds/recovered-words.ts";
import { formats, texts } from "../i18n/i18n.ts";
import { Empty } from "../ui/empty.tsx";
import type { Connection } from "./connection.ts";
import { isTold, timelineLine } from "./timeline-words.ts";

/** More entries than this nobody reads on one screen; the client keeps the others. */
const SHOWN = 100;

/** What happened to the connection and when, newest first. */
export function TimelinePanel({ connection }: { connection: Connection }) {
  const t = texts.value;
  const entries = connection.entries.value;
  const told = entries.filter(isTold);
  const newest = told.slice(-SHOWN).reverse();
  const hidden = connection.client.timeline.dropped + told.length - newest.length;
  return (
    <section class="panel panel--timeline" data-testid="timeline" aria-labelledby="timeline-title">
      <header class="panel__head">
        <h2 class="panel__title" id="timeline-title">
          {t.timeline}
        </h2>
      </header>
      {hidden > 0 && (
        <p class="panel__note timeline__dropped">{t.timelineDropped(formats.value.number(hidden))}</p>
      )}
      {newest.length === 0 ? (
        <Empty icon="arrow" title={t.timelineEmpty} hint={t.timelineEmptyHint} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        <ol class="timeline" tabIndex={0} aria-labelledby="timeline-title">
          {newest.map((entry) => (
            <TimelineItem key={entry.seq} entry={entry} />
          ))}
        </ol>
      )}
    </section>
  );
}

/** One entry; `dated` where it may be of another day. */
export function TimelineItem({ entry, dated = false }: { entry: TimelineEntry; dated?: boolean }) {
  const { words, more, tone } = timelineLine(entry, texts.value, formats.value, outcomeWords);
  return (
    <li class="timeline__item" data-testid="timeline-entry" data-type={entry.type} data-colour={tone}>
      <time class="timeline__time" dateTime={new Date(entry.atMs).toISOString()}>
        {dated && <span class="timeline__day">{formats.value.day(entry.atMs)}</span>}
        {formats.value.time(entry.atMs)}
      </time>
      <span class="timeline__dot" aria-hidden="true" />
      <p class="timeline__words">
        {words}
        {more !== null && <span class="timeline__more"> — {more}</span>}
      </p>
    </li>
  );
}
