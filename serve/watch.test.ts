import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Watch } from "./watch.ts";

const AT = { host: "127.0.0.1", port: 1, minutePort: 1, key: "" };
const LOOK_MS = 5000;

beforeEach(
  () => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }),
);
afterEach(() => void vi.useRealTimers());

/** A watch whose looks end when the test says so. */
function watched() {
  const silent = vi.fn();
  const watch = new Watch(AT, silent);
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

test("three looks in a row without an answer are said once", async () => {
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

test("stopped during a look it looks no more, and says nothing", async () => {
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
