import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import { alertWords } from "./alert-words.ts";
import type { PanelModel } from "./panel-model.ts";

/** A panel's active alerts, each with the time when it began. */
export function AlertLine({ panel }: { panel: PanelModel }) {
  const f = formats.value;
  const words = panel.alerts.value.map(
    (alert) => `${alertWords(alert, language.value, allTexts.value, f)} (${f.time(alert.beganAtMs)})`,
  );
  return (
    <p class="panel__alert" role="status" data-testid={`feed-${panel.feed.id}-alert`}>
      <Icon name="bell" />
      {words.join(" · ")}
    </p>
  );
}
