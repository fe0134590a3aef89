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

test("each key triggers its action, in upper and lower case", () => {
  for (const [key, action] of KEYS) expect(actionOf(pressed(key.toUpperCase()), false)).toBe(action);
});

test("unknown keys, and keys with a modifier, trigger nothing", () => {
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

test("a key that is held down triggers its action only once", () => {
  for (const [key] of KEYS) expect(actionOf(pressed(key, { repeat: true }), false)).toBeNull();
});

test("a key typed into a field triggers nothing", () => {
  expect(actionOf(pressed("p"), true)).toBeNull();
});
