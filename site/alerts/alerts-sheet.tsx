import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { Alert } from "../content/alerts.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import { alertIdOf, alertWords } from "../panels/alert-words.ts";
import { Check } from "../ui/check.tsx";
import { nowSecondMs } from "../ui/clock.ts";
import { Fact } from "../ui/facts.tsx";
import { Block, Sheet } from "../ui/sheet.tsx";
import type { BoardAlerts } from "./board-alerts.ts";
import { chooseNotify, chooseSound, notifies, sound } from "./notify.ts";

/** The sheet of alerts: active and past alerts of all panels, and the notification settings. */
export function AlertsSheet({ alerts, onClose }: { alerts: BoardAlerts; onClose: () => void }) {
  const t = allTexts.value;
  const refused = useSignal(false);
  // The clock makes this run again once a second, so alerts that began while the page was hidden are marked too.
  useLayoutEffect(() => alerts.read(), [alerts.unread.value, nowSecondMs.value]);
  return (
    <Sheet title={t.alerts} testId="alerts" onClose={onClose}>
      <div>
        <Check
          label={t.alertsNotify}
          isChecked={notifies.value}
          testId="alerts-notify"
          onChange={async (isWanted) => {
            refused.value = !(await chooseNotify(isWanted));
          }}
        />
        <Check label={t.alertsSound} isChecked={sound.value} testId="alerts-sound" onChange={chooseSound} />
        <p class="note" role="status">
          {refused.value && t.alertsNotifyRefused}
        </p>
      </div>
      <Block title={t.alertsActive}>
        <AlertList alerts={alerts.active.value} none={t.alertsNone} />
      </Block>
      <Block title={t.alertsPast}>
        <AlertList alerts={alerts.past.value} none={t.alertsPastNone} />
      </Block>
    </Sheet>
  );
}

function AlertList({ alerts, none }: { alerts: readonly Alert[]; none: string }) {
  const t = allTexts.value;
  const f = formats.value;
  if (alerts.length === 0) return <p class="note">{none}</p>;
  return (
    <dl class="facts">
      {alerts.map((alert) => (
        <Fact label={alert.feed.title[language.value]} testId="alert" key={alertIdOf(alert)}>
          {alertWords(alert, language.value, t, f)}
          <br />
          <span class="note">
            {alert.endedAtMs === null
              ? t.since(f.dateTime(alert.beganAtMs))
              : t.alertLasted(f.dateTime(alert.beganAtMs), f.duration(alert.endedAtMs - alert.beganAtMs))}
          </span>
        </Fact>
      ))}
    </dl>
  );
}
