import type { ReadonlySignal } from "@preact/signals";
import { texts } from "./i18n/i18n.ts";
import { Icon } from "./ui/icon.tsx";
import { KeepsFocus } from "./ui/keeps-focus.tsx";
import { dismissMissingPart, partIsMissing } from "./ui/parts.ts";

/** A note that a part of the page is loading, or couldn't be loaded. */
export function PageNote({ loading }: { loading: ReadonlySignal<string | null> }) {
  const t = texts.value;
  if (partIsMissing.value) {
    return (
      <div class="note-bar" role="alert" data-testid="part-missing">
        <KeepsFocus />
        <p>{t.partMissing}</p>
        <button
          type="button"
          class="button button--primary button--small"
          data-testid="part-reload"
          onClick={() => location.reload()}
        >
          <Icon name="retry" />
          {t.reload}
        </button>
        <button type="button" class="button button--small" onClick={dismissMissingPart}>
          {t.dismiss}
        </button>
      </div>
    );
  }
  if (loading.value === null) return null;
  return (
    <p class="note-bar note-bar--late" role="status" data-testid="part-loading">
      <Icon name="spinner" spinning />
      {t.loadingPart}
    </p>
  );
}
