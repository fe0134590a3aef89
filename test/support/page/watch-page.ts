import type { Page } from "playwright-core";

/** What a page did, and when by its own clock (`performance.now()`), milliseconds. */
export interface Moment {
  readonly atMs: number;
  readonly what: "woke" | "green" | "not-green" | "banner" | "no-banner";
}

/** Events that wake a page which is in them: thawed, looked at, back on the network. */
const WAKING = { resume: "document", visibilitychange: "document", online: "window" } as const;

/** Notes from now on when the page's pill and banner change, and when it wakes. Returns what was noted so far. */
export async function watchPage(page: Page): Promise<() => Promise<readonly Moment[]>> {
  const notes = await page.evaluateHandle((waking) => {
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
          }
        },
        // Before the page itself hears of it.
        { capture: true },
      );
    }
    return moments;
  }, WAKING);
  return () => notes.jsonValue();
}
