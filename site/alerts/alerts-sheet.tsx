import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { Alert } from "../content/alerts.ts";
import { formats, language, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { alertWords, idOf } from "../panels/alert-words.ts";
import { Check } from "../ui/check.tsx";
import { nowSecondMs } from "../ui/clock.ts";
import { Fact } from "../ui/facts.tsx";
import { Block, Sheet } from "../ui/sheet.tsx";
import type { BoardAlerts } from "./board-alerts.ts";
import { chooseNotify, chooseSound, notifies, sound } from "./notify.ts";

/** The alerts of all panels: those that last, those that ended, and whether to be notified. */
export function AlertsSheet({ alerts, onClose }: { alerts: BoardAlerts; onClose: () => void }) {
  const s = sheetTexts.value;
  const refused = useSignal(false);
  // Once a second also what began while nobody looked at the page.
  useLayoutEffect(() => alerts.read(), [alerts.unread.value, nowSecondMs.value]);
  return (
    <Sheet title={texts.value.alerts} testId="alerts" onClose={onClose}>
      <div>
        <Check
          label={s.alertsNotify}
          isChecked={notifies.value}
          testId="alerts-notify"
          onChange={async (isWanted) => {
            refused.value = !(await chooseNotify(isWanted));
          }}
        />
        <Check label={s.alertsSound} isChecked={sound.value} testId="alerts-sound" onChange={chooseSound} />
        <p class="note" role="status">
          {refused.value && s.alertsNotifyRefused}
        </p>
      </div>
      <Block title={s.alertsActive}>
        <AlertList alerts={alerts.active.value} none={s.alertsNone} />
      </Block>
      <Block title={s.alertsPast}>
        <AlertList alerts={alerts.past.value} none={s.alertsPastNone} />
      </Block>
    </Sheet>
  );
}

function AlertList({ alerts, none }: { alerts: readonly Alert[]; none: string }) {
  const s = sheetTexts.value;
  const f = formats.value;
  if (alerts.length === 0) return <p class="note">{none}</p>;
  return (
    <dl class="facts">
      {alerts.map((alert) => (
        <Fact label={alert.feed.title[language.value]} testId="alert" key={idOf(alert)}>
          {alertWords(alert, language.value, s, f)}
          <br />
          <span class="note">
            {alert.endedAtMs === null
              ? s.alertSince(f.dateTime(alert.beganAtMs))
              : s.alertLasted(f.dateTime(alert.beganAtMs), f.duration(alert.endedAtMs - alert.beganAtMs))}
          </span>
        </Fact>
      ))}
    </dl>
  );
}
