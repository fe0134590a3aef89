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
    return (
      <div class="empty">
        <p class="empty__title">{texts.value.partMissing}</p>
        <button type="button" class="button" onClick={load}>
          {texts.value.showAgain}
        </button>
      </div>
    );
  }
  return <loaded.value.View panel={panel} />;
}
