import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { part } from "../ui/parts.ts";
import type { PassphraseQuestion } from "./passphrase.ts";

const prompt = async () => (await import("./passphrase-prompt.tsx")).PassphrasePrompt;

/** Where the passphrase is asked for; the form is loaded when it is first needed. */
export function PassphraseSlot(props: PassphraseQuestion) {
  const loaded = useSignal<{ Prompt: ComponentType<PassphraseQuestion> } | null>(null);
  useEffect(() => {
    void part(prompt).then((Prompt) => {
      if (Prompt === null) props.passphrase.dropped();
      else loaded.value = { Prompt };
    });
  }, []);
  return loaded.value === null ? null : <loaded.value.Prompt {...props} />;
}
