import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { sheetTexts } from "../i18n/sheets.ts";
import { copy } from "./copy.ts";
import { Icon } from "./icon.tsx";

const TOLD_MS = 2000;

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
  const outcome = useSignal<"copied" | "copyFailed" | null>(null);
  useEffect(() => {
    if (outcome.value === null) return;
    const timer = setTimeout(() => {
      outcome.value = null;
    }, TOLD_MS);
    return () => clearTimeout(timer);
  }, [outcome.value]);
  const words =
    outcome.value === "copied" && isCut
      ? s.copiedCut
      : outcome.value === null
        ? (props.label ?? s.copy)
        : s[outcome.value];
  return (
    <button
      type="button"
      class="button button--small"
      data-testid={testId}
      onClick={async () => {
        outcome.value = (await copy(text())) ? "copied" : "copyFailed";
      }}
    >
      <Icon name={outcome.value === "copied" ? "check" : "copy"} />
      <span aria-live="polite">{words}</span>
    </button>
  );
}
