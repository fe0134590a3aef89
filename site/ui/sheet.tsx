import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { sheetTexts } from "../i18n/sheets.ts";
import { Icon } from "./icon.tsx";

/** Something to look at beside the page, which goes on; Escape closes it and gives the focus back. */
export function Sheet(props: {
  title: string;
  testId: string;
  /** A sheet takes the focus anew whenever this changes. */
  subject: unknown;
  /** For tables, which need more room than words. */
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { title, testId, subject, wide = false, onClose, children } = props;
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    sheet.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [subject]);
  return (
    <aside
      class={wide ? "sheet sheet--wide" : "sheet"}
      ref={sheet}
      tabIndex={-1}
      aria-labelledby="sheet-title"
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header class="sheet__head">
        <h2 class="sheet__title" id="sheet-title">
          {title}
        </h2>
        <button
          type="button"
          class="button button--quiet"
          aria-label={sheetTexts.value.close}
          data-testid={`${testId}-close`}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {children}
    </aside>
  );
}

/** A part of a sheet under a heading; `id` names the heading for what it labels. */
export function Block({ title, id, children }: { title: string; id?: string; children: ComponentChildren }) {
  return (
    <section class="block">
      <h3 class="block__title" id={id}>
        {title}
      </h3>
      {children}
    </section>
  );
}
