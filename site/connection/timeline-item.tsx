import "./timeline.css";
import type { TimelineEntry } from "../../client/index.ts";
import { formats } from "../i18n/i18n.ts";
import { allTexts } from "../i18n/sheets.ts";
import { timelineLine } from "./timeline-words.ts";

/** One entry of a timeline; `dated` where it may be of another day. */
export function TimelineItem({ entry, dated = false }: { entry: TimelineEntry; dated?: boolean }) {
  const { words, more, tone } = timelineLine(entry, allTexts.value, formats.value);
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
