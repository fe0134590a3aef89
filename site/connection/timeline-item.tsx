import "./timeline.css";
import type { TimelineEntry } from "../../client/index.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import { WithCode } from "../ui/with-code.tsx";
import { timelineLine } from "./timeline-words.ts";

/**
 * One entry of the timeline.
 * @param today the formatted date of today; entries of other days show their date
 */
export function TimelineItem({ entry, today }: { entry: TimelineEntry; today: string }) {
  const f = formats.value;
  const day = f.day(entry.atMs);
  const { words, more, tone } = timelineLine(entry, allTexts.value, f);
  return (
    <li class="timeline__item" data-testid="timeline-entry" data-type={entry.type} data-colour={tone}>
      <time
        class="timeline__time"
        dateTime={new Date(entry.atMs).toISOString()}
        title={f.dateTime(entry.atMs)}
      >
        {day !== today && <span class="timeline__day">{day}</span>}
        {f.time(entry.atMs)}
      </time>
      <span class="timeline__dot" aria-hidden="true" />
      <p class="timeline__words">
        <WithCode text={words} />
        {more !== null && (
          <span class="timeline__more">
            {" "}
            — <WithCode text={more} />
          </span>
        )}
      </p>
    </li>
  );
}
