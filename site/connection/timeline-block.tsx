import { useState } from "preact/hooks";
import type { TimelineEntry } from "../../client/index.ts";
import { formats } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { download, jsonFile } from "../panels/export.ts";
import { Choice } from "../ui/choice.tsx";
import { Block } from "../ui/sheet.tsx";
import type { Connection } from "./connection.ts";
import { TimelineItem } from "./timeline-item.tsx";
import type { TimelineMemory } from "./timeline-memory.ts";

/** More than this is to be had by export, not by scrolling. */
const SHOWN = 200;

/** The kinds that a reader tells a timeline's entries apart by. */
const TIMELINE_KINDS = ["attempts", "links", "faults", "gaps", "surroundings"] as const;
type TimelineKind = (typeof TIMELINE_KINDS)[number];

const KIND_OF: { readonly [T in TimelineEntry["type"]]: TimelineKind } = {
  dial: "attempts",
  "dial-failed": "attempts",
  live: "links",
  "link-lost": "links",
  handover: "links",
  "handover-failed": "links",
  closed: "links",
  status: "links",
  "fault-refined": "faults",
  "subscription-denied": "faults",
  "publish-failed": "faults",
  "handler-failed": "faults",
  "callback-failed": "faults",
  gap: "gaps",
  network: "surroundings",
};

/** Whether an entry is of a kind; whatever carries a fault is also one of the faults. */
export function isOfKind(entry: TimelineEntry, kind: TimelineKind | "all"): boolean {
  if (kind === "all" || KIND_OF[entry.type] === kind) return true;
  return kind === "faults" && "fault" in entry && entry.fault !== undefined;
}

/** The timeline of this visit and of earlier ones in this browser, by kind and to be taken along. */
export function TimelineBlock({ connection, memory }: { connection: Connection; memory: TimelineMemory }) {
  const s = sheetTexts.value;
  const [kind, setKind] = useState<TimelineKind | "all">("all");
  const entries = [...memory.earlier, ...connection.entries.value].filter((entry) => isOfKind(entry, kind));
  const shown = entries.slice(-SHOWN).reverse();
  return (
    <Block title={s.timelineAll}>
      <div class="toolbar">
        <Choice
          id="timeline-kind"
          label={s.timelineKind}
          value={kind}
          options={(["all", ...TIMELINE_KINDS] as const).map(
            (known) => [known, s.timelineKinds[known]] as const,
          )}
          onChoose={setKind}
        />
        <button
          type="button"
          class="button button--small"
          data-testid="timeline-export"
          onClick={() =>
            download("mycelium-timeline.json", jsonFile(`${JSON.stringify(entries, null, 2)}\n`))
          }
        >
          {s.timelineExport}
        </button>
      </div>
      <p class="note">
        {s.timelineKept(formats.value.number(shown.length), formats.value.number(entries.length))}
      </p>
      <ol class="timeline timeline--all">
        {shown.map((entry) => (
          <TimelineItem key={`${entry.atMs} ${entry.seq}`} entry={entry} dated />
        ))}
      </ol>
    </Block>
  );
}
