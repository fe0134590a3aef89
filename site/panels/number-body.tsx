import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import { part } from "../ui/parts.ts";
import type { PanelModel } from "./panel-model.ts";

const numbers = () => import("../charts/number-panel.tsx");

type View = ComponentType<{ panel: PanelModel }>;

/** What shows a panel's numbers; it brings uPlot, and is loaded with the first panel that has a chart or a value. */
export function NumberBody({ panel }: { panel: PanelModel }) {
  const loaded = useSignal<{ View: View } | "loading" | "missing">("loading");
  const load = async () => {
    loaded.value = "loading";
    const found = await part(numbers);
    if (found === null) loaded.value = "missing";
    else loaded.value = { View: panel.feed.view === "value" ? found.ValuePanel : found.ChartPanel };
  };
  useEffect(() => void load(), [panel]);
  if (loaded.value === "loading") {
    return (
      <div class="empty">
        <Icon name="spinner" spinning />
      </div>
    );
  }
  if (loaded.value === "missing") {
    return <ShowAgain title={texts.value.partMissing} onAgain={load} />;
  }
  return <loaded.value.View panel={panel} />;
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
