import "./sheet.css";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { allTexts } from "../i18n/all-texts.ts";
import { lendFocus } from "./focus.ts";
import { Icon } from "./icon.tsx";

/** The elements that Tab stops at. */
const STOPS = "button, input, select, summary, textarea, a[href], [tabindex='0']";

/**
 * Keeps Tab within a sheet that covers the page, where a focused element would be hidden (WCAG 2.2, 2.4.11). A sheet
 * beside the page doesn't trap it.
 */
function trapTab(event: KeyboardEvent, sheet: HTMLElement): void {
  const page = document.getElementById("main");
  if (page === null || page.getBoundingClientRect().right <= sheet.getBoundingClientRect().left) return;
  const stops = [...sheet.querySelectorAll<HTMLElement>(STOPS)].filter(
    (stop) => stop.tabIndex >= 0 && !stop.matches(":disabled") && stop.checkVisibility(),
  );
  const [end, start] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  const here = document.activeElement;
  if (here !== end && !(event.shiftKey && here === sheet)) return;
  event.preventDefault();
  start?.focus();
}

/**
 * A sheet beside the page. Escape closes it wherever the focus is (`keys.ts`). It takes the focus once, when the reader
 * opens it, and gives it back when it closes.
 */
export function Sheet(props: {
  title: string;
  testId: string;
  /** For tables, which need more room than text. */
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { title, testId, wide = false, onClose, children } = props;
  const sheet = useRef<HTMLElement>(null);
  // A layout effect: a frame later, keys pressed in the meantime would have gone elsewhere.
  useLayoutEffect(() => lendFocus(sheet.current), []);
  return (
    <aside
      class={wide ? "sheet sheet--wide" : "sheet"}
      ref={sheet}
      tabIndex={-1}
      aria-labelledby="sheet-title"
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key === "Tab") trapTab(event, event.currentTarget);
      }}
    >
      <header class="sheet__head">
        <h2 class="sheet__title" id="sheet-title">
          {title}
        </h2>
        <button
          type="button"
          class="button button--quiet"
          aria-label={allTexts.value.close}
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

/** A section of a sheet. `id` identifies the heading, for `aria-labelledby`. */
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
