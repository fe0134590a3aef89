import "./counts.css";
import { formats, texts } from "../i18n/i18n.ts";
import type { ViewCounts } from "./panel-view.ts";

/** What became of a panel's messages; the parts add up to what was received. What says nothing stays quiet. */
export function Counts(props: { panelId: string; counts: ViewCounts; olderKeys: number }) {
  const { panelId, counts, olderKeys } = props;
  const t = texts.value;
  const figures = [
    { name: "received", label: t.feedReceived, hint: t.feedReceivedHint },
    { name: "shown", label: t.feedShown, hint: t.feedShownHint },
    { name: "malformed", label: t.feedMalformed, hint: t.feedMalformedHint },
    { name: "filtered", label: t.feedFiltered, hint: t.feedFilteredHint },
    { name: "folded", label: t.feedFolded, hint: t.feedFoldedHint },
    { name: "dropped", label: t.feedDropped, hint: t.feedDroppedHint },
    ...(olderKeys > 0
      ? ([{ name: "older-keys", label: t.feedOlderKeys, hint: t.feedOlderKeysHint }] as const)
      : []),
  ] as const;
  return (
    <dl class="counts" data-has-trouble={counts.folded + counts.malformed > 0 || undefined}>
      {figures.map(({ name, label, hint }) => {
        const count = formats.value.count(name === "older-keys" ? olderKeys : counts[name]);
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
