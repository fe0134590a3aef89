import { signal } from "@preact/signals";
import { mediaSignal } from "./media.ts";
import { onRemembered, recall, remember } from "./memory.ts";

/** The themes that can be chosen; `system` follows the device. */
const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const DARK = "(prefers-color-scheme: dark)";

/** Whether this device is dark just now: it may become so while the page is open. */
export const prefersDark = mediaSignal(DARK);

/** The theme that is chosen. */
export const theme = signal<Theme>("system");

function show(wanted: Theme): void {
  theme.value = wanted;
  document.documentElement.dataset.theme = wanted;
}

/** Shows a theme and remembers it in this browser. */
export function chooseTheme(wanted: Theme): void {
  remember("theme", wanted);
  show(wanted);
}

/** Shows the theme that was chosen here before. */
export function openTheme(): void {
  // Paper is light: what was drawn on a dark screen has to know it.
  addEventListener("beforeprint", () => {
    // A device that turned dark in this very moment hasn't let the page know yet.
    const isDark = theme.value === "dark" || (theme.value === "system" && matchMedia(DARK).matches);
    document.documentElement.dataset.drawn = isDark ? "dark" : "light";
  });
  const take = (remembered: string | null) => show(THEMES.find((known) => known === remembered) ?? "system");
  take(recall("theme"));
  onRemembered("theme", take);
}
