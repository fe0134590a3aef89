import { useSignal } from "@preact/signals";
import { copy } from "./copy.ts";
import { Icon, type IconName } from "./icon.tsx";

/** Copies a text; the menu stays, to say how that went. */
export function CopyItem(props: {
  text: () => string;
  icon: IconName;
  testId: string;
  /** What it does, what it did, and what it couldn't do. */
  words: readonly [copies: string, copied: string, failed: string];
}) {
  const { text, icon, testId, words } = props;
  const outcome = useSignal<boolean | null>(null);
  const [copies, copied, failed] = words;
  return (
    <button
      type="button"
      class="menu__item menu__item--stays"
      data-testid={testId}
      onClick={async () => {
        outcome.value = await copy(text());
      }}
    >
      <Icon name={outcome.value ? "check" : icon} />
      <span aria-live="polite">{outcome.value === null ? copies : outcome.value ? copied : failed}</span>
    </button>
  );
}
