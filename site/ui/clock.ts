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

/** A clock that says so much less than before isn't just put right. */
const SET_BACK_MS = 5000;

let setBack = 0;
let last = { wallMs: Date.now(), steadyMs: performance.now() };

/**
 * How far the wall clock was set back in this visit: milliseconds, whole seconds of them. Added to what it says it makes a
 * time that doesn't go back: what is noted by that stays as long ago as it was.
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
