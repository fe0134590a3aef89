import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../ui/icon.tsx";
import { part } from "../ui/parts.ts";
import type { PanelModel } from "./panel-model.ts";

/** What shows a panel's numbers; it brings uPlot, and is loaded with the first panel that has a chart or a value. */
export function NumberBody({ panel }: { panel: PanelModel }) {
  const loaded = useSignal<{ View: ComponentType<{ panel: PanelModel }> } | null>(null);
  useEffect(() => {
    void part(() => import("../charts/number-panel.tsx")).then((found) => {
      if (found === null) return;
      loaded.value = { View: panel.feed.view === "value" ? found.ValuePanel : found.ChartPanel };
    });
  }, [panel]);
  if (loaded.value === null) {
    return (
      <div class="empty">
        <Icon name="spinner" spinning />
      </div>
    );
  }
  return <loaded.value.View panel={panel} />;
}
