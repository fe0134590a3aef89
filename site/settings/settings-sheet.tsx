import "../ui/form.css";
import { useSignal } from "@preact/signals";
import { TUNABLE_LIMITS } from "../../client/index.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import { Sheet } from "../ui/sheet.tsx";
import type { Settings } from "./settings.ts";
import { isMilliseconds, TUNABLE_NAMES, type TunableName } from "./tunables.ts";

/** The sheet of the connection's settings. A valid number takes effect as it is typed. */
export function SettingsSheet({ settings, onClose }: { settings: Settings; onClose: () => void }) {
  const t = allTexts.value;
  // A reset replaces the fields, so that rejected numbers disappear too.
  const resets = useSignal(0);
  return (
    <Sheet title={t.settings} testId="settings" onClose={onClose}>
      <p class="note">{t.settingsHint}</p>
      <div class="fields" key={resets.value}>
        {TUNABLE_NAMES.map((name) => (
          <Field key={name} name={name} settings={settings} />
        ))}
      </div>
      <div>
        <button
          type="button"
          class="button"
          data-testid="settings-reset"
          onClick={() => {
            settings.reset();
            resets.value += 1;
          }}
        >
          {t.settingsReset}
        </button>
      </div>
    </Sheet>
  );
}

function Field({ name, settings }: { name: TunableName; settings: Settings }) {
  const t = allTexts.value;
  const wrong = useSignal(false);
  const [least, most] = TUNABLE_LIMITS[name];
  const id = `setting-${name}`;
  const unit = isMilliseconds(name) ? " ms" : "";
  const limits = t.settingsLimits(formats.value.number(least), `${formats.value.number(most)}${unit}`);
  return (
    <div class="field" data-wrong={wrong.value}>
      <label for={id}>{t.tunables[name]}</label>
      <span class="field__input">
        <input
          class="input"
          id={id}
          type="number"
          min={least}
          max={most}
          step="any"
          aria-describedby={`${id}-limits`}
          aria-invalid={wrong.value}
          defaultValue={String(settings.values[name])}
          data-testid={id}
          onInput={(event) => {
            wrong.value = !settings.set(name, event.currentTarget.valueAsNumber);
          }}
        />
        {unit}
      </span>
      <span class="note" id={`${id}-limits`}>
        {wrong.value ? t.settingsWrong(limits) : limits}
      </span>
    </div>
  );
}
