import { expect, test } from "vitest";
import { type Surroundings, watchEnvironment } from "./environment.ts";

/** An event target that knows how many listeners it has. */
class Counted extends EventTarget {
  listeners = 0;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
    this.listeners += 1;
    options?.signal?.addEventListener("abort", () => {
      this.listeners -= 1;
    });
  }
}

class Page extends Counted {
  navigator = { onLine: true };
  visibilityState = "visible";
}

function watched() {
  const window = new Page();
  const document = new Page();
  const reported: string[] = [];
  let nowMs = 0;
  let check: (() => void) | null = null;
  const around: Surroundings = {
    window,
    document,
    hasServerHere: false,
    now: () => nowMs,
    every(_ms, callback) {
      check = callback;
      return () => {
        check = null;
      };
    },
  };
  const client = {
    notifyNetwork: (online: boolean) => void reported.push(online ? "online" : "offline"),
    notifyWake: () => void reported.push("wake"),
  };
  const end = watchEnvironment(client, around);
  reported.length = 0;
  const pass = (ms: number) => {
    nowMs += ms;
    check?.();
  };
  return { window, document, reported, end, pass, checking: () => check !== null };
}

test.each([
  ["that the device is offline", false, [false, false]],
  ["nothing of that where a server is on this machine", true, [true, true]],
])("tells at once and later %s", (_, hasServerHere, expected) => {
  const reported: boolean[] = [];
  const window = new Page();
  window.navigator.onLine = false;
  const client = { notifyNetwork: (online: boolean) => void reported.push(online), notifyWake() {} };
  const document = new Page();
  watchEnvironment(client, { window, document, hasServerHere, now: () => 0, every: () => () => {} });
  window.dispatchEvent(new Event("offline"));
  expect(reported).toEqual(expected);
});

test("reports the network, and every kind of waking", () => {
  const { window, document, reported } = watched();
  window.dispatchEvent(new Event("offline"));
  window.dispatchEvent(new Event("online"));
  window.dispatchEvent(new Event("pageshow"));
  document.dispatchEvent(new Event("visibilitychange"));
  document.dispatchEvent(new Event("resume"));
  expect(reported).toEqual(["offline", "online", "wake", "wake", "wake"]);
});

test("a tab that is hidden doesn't wake", () => {
  const { document, reported } = watched();
  document.visibilityState = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  expect(reported).toEqual([]);
});

test("a clock that jumped means that the machine slept, or that the clock was set", () => {
  const { reported, pass } = watched();
  pass(5000);
  pass(5200);
  expect(reported).toEqual([]);
  pass(60_000);
  expect(reported).toEqual(["wake"]);
  pass(-3_600_000);
  expect(reported).toEqual(["wake", "wake"]);
});

test("leaves no listener and no timer", () => {
  const { window, document, reported, end, checking } = watched();
  end();
  expect(window.listeners + document.listeners).toBe(0);
  expect(checking()).toBe(false);
  window.dispatchEvent(new Event("online"));
  expect(reported).toEqual([]);
});
