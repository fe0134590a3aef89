import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { PassphraseQuestion } from "./passphrase.ts";

/** Where the passphrase is asked for; the form is loaded when it is first needed. */
export function PassphraseSlot(props: PassphraseQuestion) {
  const loaded = useSignal<{ Prompt: ComponentType<PassphraseQuestion> } | null>(null);
  useEffect(() => {
    import("./passphrase-prompt.tsx").then(
      ({ PassphrasePrompt }) => {
        loaded.value = { Prompt: PassphrasePrompt };
      },
      () => props.passphrase.dropped(),
    );
  }, []);
  return loaded.value === null ? null : <loaded.value.Prompt {...props} />;
}
