import { formats, texts } from "../i18n/i18n.ts";
import type { ViewCounts } from "./feed-view.ts";

/** What became of a feed's messages; the parts add up to what was received. */
export function Counts({ feedId, counts }: { feedId: string; counts: ViewCounts }) {
  const t = texts.value;
  const figures = [
    { name: "received", label: t.feedReceived, hint: t.feedReceivedHint, always: true },
    { name: "shown", label: t.feedShown, hint: t.feedShownHint, always: true },
    { name: "malformed", label: t.feedMalformed, hint: t.feedMalformedHint, always: true },
    { name: "filtered", label: t.feedFiltered, hint: t.feedFilteredHint, always: false },
    { name: "folded", label: t.feedFolded, hint: t.feedFoldedHint, always: false },
    { name: "dropped", label: t.feedDropped, hint: t.feedDroppedHint, always: true },
  ] as const;
  return (
    <dl class="counts">
      {figures.map(({ name, label, hint, always }) =>
        always || counts[name] > 0 ? (
          <div class="counts__figure" key={name} title={hint} data-name={name} data-zero={counts[name] === 0}>
            <dd data-testid={`feed-${feedId}-${name}`} data-value={counts[name]}>
              {formats.value.number(counts[name])}
            </dd>
            <dt>{label}</dt>
          </div>
        ) : null,
      )}
    </dl>
  );
}
