import { useSignal } from "@preact/signals";
import { formats } from "../i18n/i18n.ts";
import { allTexts } from "../i18n/sheets.ts";
import { Icon } from "../ui/icon.tsx";
import type { Connection } from "./connection.ts";
import { TimelineItem } from "./timeline-item.tsx";

/** More entries than this nobody reads on one screen; the client keeps the others. */
const SHOWN = 100;

/** What happened to the connection and when: the last of it in a line, and all of it, newest first, once opened. */
export function TimelineStrip({ connection }: { connection: Connection }) {
  const t = allTexts.value;
  const open = useSignal(false);
  const newest = connection.entries.value.slice(-SHOWN).reverse();
  const hidden = connection.entryCount - newest.length;
  const shown = open.value ? newest : newest.slice(0, 1);
  return (
    <section class="strip" data-testid="timeline" data-open={open.value} aria-labelledby="timeline-title">
      <h2 class="visually-hidden" id="timeline-title">
        {t.timeline}
      </h2>
      {newest.length === 0 ? (
        <p class="strip__empty">
          {t.timelineEmpty}. {open.value && t.timelineEmptyHint}
        </p>
      ) : (
        <ol
          class="timeline"
          // A box that scrolls must be reachable by keyboard.
          {...(open.value ? { tabIndex: 0, role: "list" } : {})}
          aria-labelledby="timeline-title"
        >
          {shown.map((entry) => (
            <TimelineItem key={entry.seq} entry={entry} />
          ))}
          {open.value && hidden > 0 && (
            <li class="timeline__dropped">{t.timelineDropped(formats.value.count(hidden))}</li>
          )}
        </ol>
      )}
      <button
        type="button"
        class="button button--quiet button--small strip__toggle"
        aria-expanded={open.value}
        aria-label={t.timelineOpen}
        title={t.timelineOpen}
        data-testid="timeline-toggle"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name={open.value ? "down" : "up"} />
      </button>
    </section>
  );
}
