import type { Address, Step } from "./address.ts";

function stepOf(state: unknown): Step | null {
  const { link, isSecond } = Object(state) as { readonly [N in keyof Step]?: unknown };
  return typeof link === "number" && typeof isSecond === "boolean" ? { link, isSecond } : null;
}

function urlWith(hash: string): string {
  return location.pathname + location.search + hash;
}

/** The browser's address. A keystroke in a filter replaces the entry of the history; only a sheet adds one. */
export const browserAddress: Address = {
  read: () => ({ hash: location.hash, step: stepOf(history.state) }),
  replace: (hash, step) => history.replaceState(step, "", urlWith(hash)),
  push: (hash, step) => history.pushState(step, "", urlWith(hash)),
  onMove(moved) {
    addEventListener("popstate", moved);
    return () => removeEventListener("popstate", moved);
  },
};
