import { useComputed, useSignal } from "@preact/signals";
import type { TimelineEntry } from "../../client/index.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { Part } from "../ui/parts.ts";
import type { Connection } from "./connection.ts";
import { TimelineItem } from "./timeline-item.tsx";

/** The timeline of the connection: the last entry in a line; when opened, all entries, which can be exported. */
export function TimelineStrip({ connection }: { connection: Connection }) {
  const t = allTexts.value;
  const open = useSignal(false);
  const today = useComputed(() => formats.value.day(nowSecondMs.value)).value;
  const entries = connection.entries.value;
  const gone = connection.entryCount - entries.length;
  const shown = open.value ? entries.toReversed() : entries.slice(-1);
  return (
    <section class="strip" data-testid="timeline" data-open={open.value} aria-labelledby="timeline-title">
      <h2 class="visually-hidden" id="timeline-title">
        {t.timeline}
      </h2>
      {shown.length === 0 ? (
        <p class="strip__empty">
          {t.timelineEmpty}. {open.value && t.timelineEmptyHint}
        </p>
      ) : (
        <ol
          class="timeline"
          // A scrolling box must be reachable by keyboard.
          {...(open.value ? { tabIndex: 0, role: "list" } : {})}
          aria-labelledby="timeline-title"
        >
          {shown.map((entry) => (
            <TimelineItem key={entry.seq} entry={entry} today={today} />
          ))}
          {open.value && gone > 0 && (
            <li class="timeline__dropped">{t.timelineDropped(formats.value.count(gone))}</li>
          )}
        </ol>
      )}
      <div class="strip__tools">
        <button
          type="button"
          class="button button--quiet button--small"
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
        {open.value && (
          <button
            type="button"
            class="button button--quiet button--small"
            aria-label={t.timelineExport}
            title={t.timelineExport}
            data-testid="timeline-export"
            onClick={() => void exportEntries(entries)}
          >
            <Icon name="download" />
          </button>
        )}
      </div>
    </section>
  );
}

const exports = new Part(() => import("../panels/export.ts"));

async function exportEntries(entries: readonly TimelineEntry[]): Promise<void> {
  const loaded = await exports.load();
  loaded?.download("mycelium-timeline.json", loaded.jsonFile(`${JSON.stringify(entries, null, 2)}\n`));
}
