import "./passphrase-prompt.css";
import { useLayoutEffect, useRef } from "preact/hooks";
import { allTexts } from "../i18n/all-texts.ts";
import { lendFocus } from "../ui/focus.ts";
import { Icon } from "../ui/icon.tsx";
import type { Passphrase } from "./passphrase.ts";

/** The form that asks for the passphrase, again after a wrong one. */
export function PassphrasePrompt(props: { passphrase: Passphrase; onGiven: () => void }) {
  const { passphrase, onGiven } = props;
  const t = allTexts.value;
  const asking = passphrase.asking.value;
  const form = useRef<HTMLFormElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    // Take the focus only from the live switch or from nowhere, so that nobody's typing is interrupted. `.main` counts
    // as nowhere: it gets the focus when the reader clicks the board.
    const isFree = document.activeElement?.matches("body, .main, .switch");
    return lendFocus(form.current, isFree ? input.current : null);
  }, []);
  useLayoutEffect(() => {
    // Typing replaces the wrong passphrase. Selecting would steal the focus if it is elsewhere.
    const isHere = form.current?.contains(document.activeElement);
    if (asking === "again" && isHere) input.current?.select();
  }, [asking]);
  const isWrong = asking === "again";
  return (
    <form
      class="banner passphrase"
      ref={form}
      // Without this, a submit without scripts would put the passphrase into the address.
      method="post"
      aria-labelledby="passphrase-title"
      aria-busy={asking === "patience"}
      data-testid="passphrase"
      data-asking={asking}
      onSubmit={(event) => {
        event.preventDefault();
        const text = input.current?.value ?? "";
        if (text.trim() === "" || asking === "patience") return;
        passphrase.give(text);
        onGiven();
      }}
    >
      <div class="passphrase__text">
        <p class="banner__what" id="passphrase-title">
          {t.passphraseTitle}
        </p>
        <p class="banner__fix">{t.passphraseHint}</p>
      </div>
      <div class="passphrase__entry">
        <label class="passphrase__label" for="passphrase-input">
          {t.passphraseLabel}
        </label>
        <input
          class="input passphrase__input"
          id="passphrase-input"
          data-testid="passphrase-input"
          ref={input}
          type="password"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          required
          aria-invalid={isWrong}
          aria-describedby="passphrase-note"
        />
        <button type="submit" class="button button--primary" data-testid="passphrase-submit">
          <Icon name={asking === "patience" ? "spinner" : "arrow"} spinning={asking === "patience"} />
          {t.passphraseSubmit}
        </button>
        <p class="passphrase__note" id="passphrase-note" role="alert" data-wrong={isWrong}>
          {isWrong ? t.passphraseWrong : ""}
        </p>
      </div>
    </form>
  );
}
