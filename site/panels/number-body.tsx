import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import { lazyPart } from "../ui/lazy-part.ts";
import type { PanelModel } from "./panel-model.ts";

const numbers = lazyPart<typeof import("./number-panel.tsx") | null>(
  null,
  () => import("./number-panel.tsx"),
);

/** What shows a panel's numbers; it brings uPlot, and is loaded with the first panel that has a chart or a value. */
export function NumberBody({ panel }: { panel: PanelModel }) {
  const isMissing = useSignal(false);
  const load = async () => {
    isMissing.value = false;
    await numbers.load();
    isMissing.value = numbers.now.peek() === null;
  };
  useEffect(() => void load(), []);
  const loaded = numbers.now.value;
  if (loaded !== null) {
    const View = panel.feed.view === "value" ? loaded.ValuePanel : loaded.ChartPanel;
    return <View panel={panel} />;
  }
  if (isMissing.value) return <ShowAgain title={texts.value.partMissing} onAgain={load} />;
  return (
    <div class="empty">
      <Icon name="spinner" spinning />
    </div>
  );
}

/** What stands where a panel should, and tries it anew. */
export function ShowAgain(props: { title: string; role?: "alert"; onAgain: () => void }) {
  return (
    <div class="empty" role={props.role}>
      <p class="empty__title">{props.title}</p>
      <button type="button" class="button" onClick={props.onAgain}>
        {texts.value.showAgain}
      </button>
    </div>
  );
}
