import "./sheet.css";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { allTexts } from "../i18n/all-texts.ts";
import { lendFocus } from "./focus.ts";
import { Icon } from "./icon.tsx";

/** What Tab stops at. */
const STOPS = "button, input, select, summary, textarea, a[href], [tabindex='0']";

/**
 * Tab goes round within a sheet that lies over the page: what is under it
 * could have the focus and not be seen (WCAG 2.2, 2.4.11). Beside the page it goes on.
 */
function goRound(event: KeyboardEvent, sheet: HTMLElement): void {
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
 * Something to look at beside the page, which goes on; Escape closes it, wherever the focus is (`keys.ts`). It takes
 * the focus once, when its reader opens it, and gives it back when it closes: whatever else happens, nobody's typing goes
 * elsewhere.
 */
export function Sheet(props: {
  title: string;
  testId: string;
  /** For tables, which need more room than words. */
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { title, testId, wide = false, onClose, children } = props;
  const sheet = useRef<HTMLElement>(null);
  // As soon as it stands: a frame later, keys that were pressed meanwhile would have gone elsewhere.
  useLayoutEffect(() => lendFocus(sheet.current), []);
  return (
    <aside
      class={wide ? "sheet sheet--wide" : "sheet"}
      ref={sheet}
      tabIndex={-1}
      aria-labelledby="sheet-title"
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key === "Tab") goRound(event, event.currentTarget);
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
