import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Watchdog } from "./watchdog.ts";

const AT = { host: "127.0.0.1", port: 1, minutePort: 1, key: "" };
const LOOK_MS = 5000;

beforeEach(
  () => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }),
);
afterEach(() => void vi.useRealTimers());

/** A watchdog whose checks end when the test calls `settle`. */
function watched() {
  const silent = vi.fn();
  const watch = new Watchdog(AT, silent);
  let end = Promise.withResolvers<void>();
  const looks = vi.spyOn(watch, "answers").mockImplementation(() => end.promise);
  const settle = async (how: "answers" | "is silent") => {
    const ended = end;
    end = Promise.withResolvers<void>();
    if (how === "answers") ended.resolve();
    else ended.reject(new Error("silent"));
    await vi.advanceTimersByTimeAsync(LOOK_MS);
  };
  return { watch, looks, silent, settle };
}

test("calls onSilent once, after three checks in a row without an answer", async () => {
  const { watch, silent, settle } = watched();
  watch.start();
  await vi.advanceTimersByTimeAsync(LOOK_MS);
  for (const how of ["is silent", "is silent", "answers", "is silent", "is silent"] as const)
    await settle(how);
  expect(silent).not.toHaveBeenCalled();
  await settle("is silent");
  expect(silent).toHaveBeenCalledTimes(1);
  watch.stop();
});

test("after a stop during a check, neither checks again nor calls onSilent", async () => {
  const { watch, looks, silent, settle } = watched();
  watch.start();
  await vi.advanceTimersByTimeAsync(LOOK_MS);
  await settle("is silent");
  await settle("is silent");
  watch.stop();
  await settle("is silent");
  expect(looks).toHaveBeenCalledTimes(3);
  expect(silent).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
