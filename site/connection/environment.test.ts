import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchEnvironment } from "./environment.ts";

/** A stub of a window or a document. */
class Page extends EventTarget {
  visibilityState = "visible";
}

/** A watched page, and the reports about it. */
function watched({ onLine = true, hasServerHere = false } = {}) {
  const window = new Page();
  const document = new Page();
  vi.stubGlobal("window", window);
  vi.stubGlobal("document", document);
  vi.stubGlobal("navigator", { onLine });
  const reported: string[] = [];
  const client = {
    notifyNetwork: (online: boolean) => void reported.push(online ? "online" : "offline"),
    notifyWake: () => void reported.push("wake"),
  };
  watchEnvironment(client, hasServerHere);
  const atOnce = reported.splice(0);
  /** The machine sleeps, or its clock is set; then its timers continue. */
  const jump = (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    vi.advanceTimersByTime(5000);
  };
  return { window, document, atOnce, reported, jump };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each([
  ["that the device is offline", false, "offline"],
  ["nothing of that where a server is on this machine", true, "online"],
])("reports at once and later %s", (_, hasServerHere, expected) => {
  const { window, atOnce, reported } = watched({ onLine: false, hasServerHere });
  window.dispatchEvent(new Event("offline"));
  expect([atOnce, reported]).toEqual([[expected], [expected]]);
});

test("reports changes of the network, and every kind of wake-up", () => {
  const { window, document, reported } = watched();
  window.dispatchEvent(new Event("offline"));
  window.dispatchEvent(new Event("online"));
  window.dispatchEvent(new Event("pageshow"));
  document.dispatchEvent(new Event("visibilitychange"));
  document.dispatchEvent(new Event("resume"));
  expect(reported).toEqual(["offline", "online", "wake", "wake", "wake"]);
});

test("a tab that becomes hidden reports no wake-up", () => {
  const { document, reported } = watched();
  document.visibilityState = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  expect(reported).toEqual([]);
});

test("a jump of the clock is reported as a wake-up", () => {
  const { reported, jump } = watched();
  for (let check = 0; check < 9; check += 1) jump(200);
  expect(reported).toEqual([]);
  jump(55_000);
  expect(reported).toEqual(["wake"]);
  jump(-3_600_000);
  expect(reported).toEqual(["wake", "wake"]);
});
