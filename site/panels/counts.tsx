import "./counts.css";
import { formats, texts } from "../i18n/i18n.ts";
import type { ViewCounts } from "./panel-view.ts";

/** What became of a panel's messages. Hides zeros except `received`, and `shown` where it equals `received`. */
export function Counts({ panelId, counts }: { panelId: string; counts: ViewCounts }) {
  const t = texts.value;
  const figures = [
    { name: "received", label: t.feedReceived, hint: t.feedReceivedHint },
    { name: "shown", label: t.feedShown, hint: t.feedShownHint },
    { name: "malformed", label: t.feedMalformed, hint: t.feedMalformedHint },
    { name: "filtered", label: t.feedFiltered, hint: t.feedFilteredHint },
    { name: "folded", label: t.feedFolded, hint: t.feedFoldedHint },
    { name: "dropped", label: t.feedDropped, hint: t.feedDroppedHint },
    { name: "olderKeys", label: t.feedOlderKeys, hint: t.feedOlderKeysHint },
  ] as const;
  return (
    <dl class="counts" data-has-trouble={counts.folded + counts.malformed > 0 || undefined}>
      {figures.map(({ name, label, hint }) => {
        const count = formats.value.count(counts[name]);
        const isQuiet =
          name !== "received" && (count.value === 0 || (name === "shown" && count.value === counts.received));
        return (
          <div class="counts__figure" key={name} title={hint} data-name={name} hidden={isQuiet}>
            <dd data-testid={`feed-${panelId}-${name}`} data-value={count.value}>
              {count.text}
            </dd>
            <dt>{label(count)}</dt>
          </div>
        );
      })}
    </dl>
  );
}
