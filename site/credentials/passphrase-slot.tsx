import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Passphrase } from "./passphrase.ts";

/** What the prompt needs. */
export interface PromptProps {
  readonly passphrase: Passphrase;
  /** Tries what was given. */
  readonly onGiven: () => void;
}

/** Where the passphrase is asked for; the form is loaded when it is first needed. */
export function PassphraseSlot(props: PromptProps) {
  const loaded = useSignal<{ Prompt: ComponentType<PromptProps> } | null>(null);
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
