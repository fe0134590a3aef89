import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { allTexts } from "../i18n/all-texts.ts";
import { Icon, type IconName } from "./icon.tsx";

/** Long enough to read that the browser didn't allow it, and what to do instead. */
const TOLD_MS = 4000;

/** What it does, what it did, and what it couldn't do. */
type Words = Readonly<Record<"copy" | "copied" | "copyFailed", string>>;

/**
 * Copies a text, and says for a moment how that went: pages that aren't served securely have no clipboard, and others
 * may be denied it.
 */
export function Copy(props: {
  text: () => string;
  testId: string;
  icon?: IconName;
  /** Those that aren't the usual ones. */
  words?: Partial<Words>;
  /** Whether it stands in a menu, which stays, to say how that went. */
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
    }, TOLD_MS);
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
