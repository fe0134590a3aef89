import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { Stills } from "./stills.ts";

test("what is shown goes on until the pause, stands still in it, and goes on after", () => {
  const paused = signal(false);
  const stills = new Stills<number>(paused);
  expect([stills.of("", 1), stills.of("", 2)]).toEqual([1, 2]);
  paused.value = true;
  expect([stills.of("", 3), stills.of("", 4)]).toEqual([2, 2]);
  paused.value = false;
  expect(stills.of("", 5)).toBe(5);
});

test("what else is asked for in a pause stands still too, and what stood before is there again", () => {
  const paused = signal(false);
  const stills = new Stills<number>(paused);
  stills.of("", 1);
  paused.value = true;
  expect([stills.of("t>1", 2), stills.of("t>1", 3)]).toEqual([2, 2]);
  // Nothing matches what is typed meanwhile.
  stills.leave();
  expect(stills.of("", 4)).toBe(1);
});

test("nothing of another pause is shown, nor of long before this one, though it wasn't looked at meanwhile", () => {
  const paused = signal(false);
  const stills = new Stills<number>(paused);
  stills.of("", 1);
  stills.leave();
  paused.value = true;
  expect(stills.of("", 2)).toBe(2);
  stills.leave();
  paused.value = false;
  paused.value = true;
  expect(stills.of("", 3)).toBe(3);
});
