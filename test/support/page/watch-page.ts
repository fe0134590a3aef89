import type { Page } from "playwright-core";

/** An event of a page, with its time by the page's clock (`performance.now()`), milliseconds. */
export interface Moment {
  readonly atMs: number;
  readonly what: "woke" | "time-is-up" | "green" | "not-green" | "banner" | "no-banner";
}

/** Events that wake a page: thawed, visible again, back online. */
const WAKING = { resume: "document", visibilitychange: "document", online: "window" } as const;

/**
 * Records from now on when the page's pill and banner change, and when the page wakes. Returns the records so far.
 * @param timeMs delay after waking of a deadline event, by a timer of the page, so that a busy machine delays both alike
 */
export async function watchPage(
  page: Page,
  timeMs: number | null = null,
): Promise<() => Promise<readonly Moment[]>> {
  const watch = ({ waking, timeMs }: { waking: typeof WAKING; timeMs: number | null }): Moment[] => {
    const moments: Moment[] = [];
    const last = new Map<string, string>();
    const note = (what: Moment["what"], about: string): void => {
      if (last.get(about) === what) return;
      last.set(about, what);
      moments.push({ atMs: performance.now(), what });
    };
    const look = (): void => {
      const pill = document.querySelector('[data-testid="pill"]');
      note(pill?.getAttribute("data-colour") === "green" ? "green" : "not-green", "pill");
      note(document.querySelector('[data-testid="banner"]') === null ? "no-banner" : "banner", "banner");
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    for (const [type, target] of Object.entries(waking)) {
      (target === "window" ? window : document).addEventListener(
        type,
        () => {
          if (document.visibilityState === "visible" || type !== "visibilitychange") {
            moments.push({ atMs: performance.now(), what: "woke" });
            if (timeMs === null) return;
            setTimeout(() => moments.push({ atMs: performance.now(), what: "time-is-up" }), timeMs);
          }
        },
        // Runs before the page's own listeners.
        { capture: true },
      );
    }
    return moments;
  };
  const notes = await page.evaluateHandle(watch, { waking: WAKING, timeMs });
  return () => notes.jsonValue();
}
