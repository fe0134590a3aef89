import { computed, signal } from "@preact/signals";

const TICK_MS = 250;

const now = signal(Date.now());

/**
 * The wall clock as it is: what is shown by it is shown anew four times a second while the page is visible, which is fine
 * enough for a countdown, and between two ticks it isn't behind.
 */
export function nowMs(): number {
  now.value;
  return Date.now();
}

/** The wall clock in whole seconds, for what changes once a second at most. */
export const nowSecondMs = computed(() => Math.floor(now.value / 1000) * 1000);

/** Starts the clock; called once, by `main.tsx`. */
export function startClock(): void {
  const tick = () => {
    if (document.visibilityState === "visible") now.value = Date.now();
  };
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", tick);
}
