import { shortened } from "../content/write-json.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import { KeepsFocus } from "../ui/keeps-focus.tsx";
import type { NotShown } from "./address.ts";
import { MAX_DEFINITION, MAX_OWN } from "./link.ts";

/** Characters quoted of the broken definitions. */
const QUOTED_CHARACTERS = 200;

/** Says which panels of the link aren't shown, and why. */
export function LinkNote(props: { of: NotShown; onDismiss: () => void }) {
  const t = allTexts.value;
  const { count } = formats.value;
  const { broken, tooMany, tooLong } = props.of;
  const sentences = [
    tooMany > 0 && t.panelsTooMany(count(tooMany), count(MAX_OWN)),
    tooLong > 0 && t.panelsTooLong(count(tooLong), count(MAX_DEFINITION)),
    broken.length > 0 && t.panelsBroken(shortened(broken.join(", "), QUOTED_CHARACTERS)),
  ];
  return (
    <div class="note-bar" role="alert" data-testid="panels-closed">
      <KeepsFocus />
      <p>{sentences.filter(Boolean).join(" ")}</p>
      <button type="button" class="button button--small" onClick={props.onDismiss}>
        {t.dismiss}
      </button>
    </div>
  );
}
