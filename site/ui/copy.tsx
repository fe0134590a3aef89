import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { allTexts } from "../i18n/all-texts.ts";
import { Icon, type IconName } from "./icon.tsx";

/** Milliseconds for which the result is shown: long enough to read what to do after a failure. */
const RESULT_SHOWN_MS = 4000;

/** The texts before copying, after success, and after failure. */
type Words = Readonly<Record<"copy" | "copied" | "copyFailed", string>>;

/**
 * A button that copies a text and briefly shows whether it worked. Pages outside a secure context have no clipboard,
 * and others may be denied access.
 */
export function Copy(props: {
  text: () => string;
  testId: string;
  icon?: IconName;
  /** Overrides of the default texts. */
  words?: Partial<Words>;
  /** Whether this is a menu item; the menu then stays open to show the result. */
  isItem?: boolean;
}) {
  const { text, testId, icon = "copy", words, isItem = false } = props;
  const outcome = useSignal<keyof Words>("copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      outcome.value = "copied";
    } catch {
      outcome.value = "copyFailed";
    }
  };
  useEffect(() => {
    if (outcome.value === "copy") return;
    const timer = setTimeout(() => {
      outcome.value = "copy";
    }, RESULT_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome.value]);
  return (
    <button
      type="button"
      class={isItem ? "menu__item menu__item--stays" : "button button--small"}
      data-testid={testId}
      onClick={copy}
    >
      <Icon name={outcome.value === "copied" ? "check" : icon} />
      <span aria-live="polite">{words?.[outcome.value] ?? allTexts.value[outcome.value]}</span>
    </button>
  );
}
