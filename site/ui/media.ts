import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether a media query holds just now; it may change while the page is open. */
export function mediaSignal(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const holds = signal(list.matches);
  list.addEventListener("change", () => {
    holds.value = list.matches;
  });
  return holds;
}
