import { signal } from "@preact/signals";
import { mediaSignal } from "./media.ts";
import { onRemembered, recall, remember } from "./memory.ts";

/** The themes that can be chosen; `system` follows the device. */
const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const DARK = "(prefers-color-scheme: dark)";

/** Whether the device prefers a dark theme, as a signal that follows changes. */
export const prefersDark = mediaSignal(DARK);

/** The chosen theme. */
export const theme = signal<Theme>("system");

function show(wanted: Theme): void {
  theme.value = wanted;
  document.documentElement.dataset.theme = wanted;
}

/** Applies a theme and remembers it in this browser. */
export function chooseTheme(wanted: Theme): void {
  remember("theme", wanted);
  show(wanted);
}

/** Applies the remembered theme. */
export function openTheme(): void {
  // Paper is light, so charts drawn for a dark screen must be drawn again.
  addEventListener("beforeprint", () => {
    // Ask the device directly: the signal may not have been updated yet.
    const isDark = theme.value === "dark" || (theme.value === "system" && matchMedia(DARK).matches);
    document.documentElement.dataset.drawn = isDark ? "dark" : "light";
  });
  const apply = (remembered: string | null) => show(THEMES.find((known) => known === remembered) ?? "system");
  apply(recall("theme"));
  onRemembered("theme", apply);
}
