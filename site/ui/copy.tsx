import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { sheetTexts } from "../i18n/sheets.ts";
import { Icon, type IconName } from "./icon.tsx";

const TOLD_MS = 2000;

/** Copies a text, and says how that went: pages that aren't served securely have no clipboard, and others may be denied it. */
function useCopy(text: () => string) {
  const outcome = useSignal<"copied" | "copyFailed" | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      outcome.value = "copied";
    } catch {
      outcome.value = "copyFailed";
    }
  };
  return { outcome, copy };
}

/** Copies a text, and says for a moment how that went, and whether it was only the beginning. */
export function CopyButton(props: {
  text: () => string;
  testId: string;
  isCut?: boolean;
  /** What it copies, where it isn't plain. */
  label?: string;
}) {
  const { text, testId, isCut = false } = props;
  const s = sheetTexts.value;
  const { outcome, copy } = useCopy(text);
  useEffect(() => {
    if (outcome.value === null) return;
    const timer = setTimeout(() => {
      outcome.value = null;
    }, TOLD_MS);
    return () => clearTimeout(timer);
  }, [outcome.value]);
  const isCopied = outcome.value === "copied";
  const words = outcome.value === null ? (props.label ?? s.copy) : s[outcome.value];
  return (
    <button type="button" class="button button--small" data-testid={testId} onClick={copy}>
      <Icon name={isCopied ? "check" : "copy"} />
      <span aria-live="polite">{isCopied && isCut ? s.copiedCut : words}</span>
    </button>
  );
}

/** Copies a text; the menu stays, to say how that went. */
export function CopyItem(props: {
  text: () => string;
  icon: IconName;
  testId: string;
  /** What it does, what it did, and what it couldn't do. */
  words: readonly [copies: string, copied: string, failed: string];
}) {
  const { text, icon, testId, words } = props;
  const [copies, copied, failed] = words;
  const { outcome, copy } = useCopy(text);
  const isCopied = outcome.value === "copied";
  return (
    <button type="button" class="menu__item menu__item--stays" data-testid={testId} onClick={copy}>
      <Icon name={isCopied ? "check" : icon} />
      <span aria-live="polite">{outcome.value === null ? copies : isCopied ? copied : failed}</span>
    </button>
  );
}
