import { computed, signal } from "@preact/signals";

const TICK_MS = 250;

const now = signal(Date.now());

/**
 * The current wall-clock time. Components and effects that read it run again four times a second while the page is
 * visible, which is often enough for a countdown.
 */
export function nowMs(): number {
  now.value;
  return Date.now();
}

/** The wall-clock time rounded down to seconds, for components that need to render once a second at most. */
export const nowSecondMs = computed(() => Math.floor(now.value / 1000) * 1000);

/** Milliseconds above which a step back counts as the clock being set back, not as a correction. */
const SET_BACK_MS = 5000;

let setBack = 0;
let last = { wallMs: Date.now(), steadyMs: performance.now() };

/**
 * Milliseconds, in whole seconds, by which the wall clock was set back during this visit. Wall-clock time plus this
 * value never goes back, so durations measured with it stay right.
 */
export function setBackMs(): number {
  const wallMs = Date.now();
  const passedMs = wallMs - last.wallMs;
  if (passedMs >= 0 && passedMs < TICK_MS) return setBack;
  const steadyMs = performance.now();
  const lostMs = steadyMs - last.steadyMs - passedMs;
  if (lostMs > SET_BACK_MS) setBack += 1000 * Math.round(lostMs / 1000);
  last = { wallMs, steadyMs };
  return setBack;
}

/** Starts the clock; called once, by `main.tsx`. */
export function startClock(): void {
  const tick = () => {
    if (document.visibilityState === "visible") now.value = Date.now();
  };
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", tick);
}
