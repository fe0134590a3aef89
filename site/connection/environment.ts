import type { MyceliumClient } from "../../client/index.ts";

const CHECK_EVERY_MS = 5000;
/** Timers may be late by this much without the machine having slept. */
const JUMP_MS = 15_000;

/**
 * Reports to a client what changes around it: the network, the tab's
 * visibility, a page that is thawed or restored, a machine that slept.
 * @param hasServerHere a laptop on a plane says that it is offline, and reaches a server of its own all the same
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
  // Chromium's Page Lifecycle: a frozen page is resumed without becoming visible.
  document.addEventListener("resume", wake);

  let expectedMs = Date.now() + CHECK_EVERY_MS;
  setInterval(() => {
    const lateMs = Date.now() - expectedMs;
    expectedMs = Date.now() + CHECK_EVERY_MS;
    // A hidden tab's timers are throttled to one a minute: lateness there tells nothing.
    if (Math.abs(lateMs) > JUMP_MS) wakeIfVisible();
  }, CHECK_EVERY_MS);

  report(navigator.onLine);
}
