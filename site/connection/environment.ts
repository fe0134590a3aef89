import type { MyceliumClient } from "../../client/index.ts";

const CHECK_EVERY_MS = 5000;
/** Milliseconds that a timer may be late without the machine having slept. */
const JUMP_MS = 15_000;

/**
 * Reports changes of the environment to a client: the network, the tab's visibility, a page that is resumed or
 * restored, a machine that slept.
 * @param hasServerHere whether a configured server is on this machine, where it can be reached without a network
 */
export function watchEnvironment(
  client: Pick<MyceliumClient, "notifyNetwork" | "notifyWake">,
  hasServerHere: boolean,
): void {
  const wake = () => client.notifyWake();
  const wakeIfVisible = () => {
    if (document.visibilityState === "visible") client.notifyWake();
  };

  const report = (isOnline: boolean) => client.notifyNetwork(isOnline || hasServerHere);
  window.addEventListener("online", () => report(true));
  window.addEventListener("offline", () => report(false));
  window.addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wakeIfVisible);
  // Chromium (Page Lifecycle) can resume a frozen page without making it visible.
  document.addEventListener("resume", wake);

  let expectedMs = Date.now() + CHECK_EVERY_MS;
  setInterval(() => {
    const lateMs = Date.now() - expectedMs;
    expectedMs = Date.now() + CHECK_EVERY_MS;
    // Browsers throttle a hidden tab's timers to one a minute, so a late timer proves nothing.
    if (Math.abs(lateMs) > JUMP_MS) wakeIfVisible();
  }, CHECK_EVERY_MS);

  report(navigator.onLine);
}
