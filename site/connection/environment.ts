import type { MyceliumClient } from "../../client/index.ts";
import { isOnThisMachine } from "../../contract/server.ts";

const CHECK_EVERY_MS = 5000;
/** Timers may be late by this much without the machine having slept. */
const JUMP_MS = 15_000;

/** Whom the surroundings are reported to. */
export type Notified = Pick<MyceliumClient, "notifyNetwork" | "notifyWake">;

/** The page's surroundings, as far as a connection depends on them; `window` and `document` fit. */
export interface Surroundings {
  readonly window: EventTarget & { readonly navigator: { readonly onLine: boolean } };
  readonly document: EventTarget & { readonly visibilityState: string };
  /** Epoch milliseconds. */
  now(): number;
  /** Whether a server is on this machine: a laptop on a plane says that it is offline, and reaches it all the same. */
  readonly hasServerHere: boolean;
  /** Calls back again and again; the returned function ends it. */
  every(ms: number, callback: () => void): () => void;
}

/**
 * Reports to a client what changes around it: the network, the tab's
 * visibility, a page that is thawed or restored, a machine that slept.
 * Returns the function that ends the watch and leaves no listener.
 */
export function watchEnvironment(client: Notified, around: Surroundings): () => void {
  const ending = new AbortController();
  const options = { signal: ending.signal };
  const { window, document } = around;

  const wake = () => client.notifyWake();
  const wakeIfVisible = () => {
    if (document.visibilityState === "visible") client.notifyWake();
  };

  const report = (isOnline: boolean) => client.notifyNetwork(isOnline || around.hasServerHere);
  window.addEventListener("online", () => report(true), options);
  window.addEventListener("offline", () => report(false), options);
  window.addEventListener("pageshow", wake, options);
  document.addEventListener("visibilitychange", wakeIfVisible, options);
  // Chromium's Page Lifecycle: a frozen page is resumed without becoming visible.
  document.addEventListener("resume", wake, options);

  let expectedMs = around.now() + CHECK_EVERY_MS;
  const endChecks = around.every(CHECK_EVERY_MS, () => {
    const lateMs = around.now() - expectedMs;
    expectedMs = around.now() + CHECK_EVERY_MS;
    // A hidden tab's timers are throttled to one a minute: lateness there tells nothing.
    if (Math.abs(lateMs) > JUMP_MS) wakeIfVisible();
  });

  report(window.navigator.onLine);
  return () => {
    ending.abort();
    endChecks();
  };
}

/** The real surroundings of a page with these servers. */
export function browserSurroundings(servers: readonly string[]): Surroundings {
  return {
    window,
    document,
    hasServerHere: servers.some(isOnThisMachine),
    now: () => Date.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      return () => clearInterval(timer);
    },
  };
}
