import { formats, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import type { StreamCounts } from "./stream-store.ts";

/** What became of the stream's messages; the figures add up. */
export function StreamCountsLine({ counts }: { counts: StreamCounts }) {
  const t = texts.value;
  const names = {
    received: t.feedReceived,
    listed: sheetTexts.value.streamListed,
    folded: t.feedFolded,
    dropped: t.feedDropped,
    otherSubjects: sheetTexts.value.streamOtherSubjects,
  } as const;
  const shown = (Object.keys(names) as (keyof StreamCounts)[]).filter(
    (name) => name !== "otherSubjects" || counts[name] > 0,
  );
  return (
    <dl class="counts">
      {shown.map((name) => (
        <div class="counts__figure" key={name}>
          <dd data-testid={`stream-${name}`} data-value={counts[name]}>
            {formats.value.number(counts[name])}
          </dd>
          <dt>{names[name]}</dt>
        </div>
      ))}
    </dl>
  );
}
