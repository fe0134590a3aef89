import type { Signal } from "@preact/signals";
import { shortened } from "../content/write-json.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { KeepsFocus } from "../ui/keeps-focus.tsx";

/** As much of what can't be shown is quoted. */
const QUOTED_CHARACTERS = 200;

/** Says which panels of the link can't be shown, by their definitions. */
export function LinkNote({ closed }: { closed: Signal<readonly string[]> }) {
  const t = allTexts.value;
  return (
    <div class="note-bar" role="alert" data-testid="panels-closed">
      <KeepsFocus />
      <p>{t.panelsClosed(shortened(closed.value.join(", "), QUOTED_CHARACTERS))}</p>
      <button
        type="button"
        class="button button--small"
        onClick={() => {
          closed.value = [];
        }}
      >
        {t.dismiss}
      </button>
    </div>
  );
}
