import { expect, test } from "vitest";
import { actionOf, KEYS, type Pressed } from "./keys.ts";

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  defaultPrevented: false,
  ...more,
});

test("each key does one thing, in either case", () => {
  for (const [key, action] of KEYS) expect(actionOf(pressed(key.toUpperCase()), false)).toBe(action);
});

test("other keys, and the browser's own, do nothing here", () => {
  expect(actionOf(pressed("x"), false)).toBeNull();
  expect(actionOf(pressed("constructor"), false)).toBeNull();
  for (const modifier of [
    { ctrlKey: true },
    { metaKey: true },
    { altKey: true },
    { defaultPrevented: true },
  ]) {
    expect(actionOf(pressed("l", modifier), false)).toBeNull();
  }
});

test("a key that is held down does once what it does", () => {
  for (const [key] of KEYS) expect(actionOf(pressed(key, { repeat: true }), false)).toBeNull();
});

test("a key that is typed into a field is text", () => {
  expect(actionOf(pressed("p"), true)).toBeNull();
});
