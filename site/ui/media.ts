import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether a media query matches, as a signal that follows changes. */
export function mediaSignal(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const holds = signal(list.matches);
  list.addEventListener("change", () => {
    holds.value = list.matches;
  });
  return holds;
}
