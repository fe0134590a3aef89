import { expect, onTestFinished, test } from "vitest";
import { readJson, recall, remember } from "./memory.ts";

function stubStorage(storage: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  Object.defineProperty(globalThis, "localStorage", { configurable: true, ...storage });
  onTestFinished(() => {
    if (before === undefined) Reflect.deleteProperty(globalThis, "localStorage");
    else Object.defineProperty(globalThis, "localStorage", before);
  });
}

function refuse(): never {
  throw new DOMException("not here", "SecurityError");
}

test.each<[string, PropertyDescriptor]>([
  ["is refused", { get: refuse }],
  ["isn't there", { value: null }],
])("a storage that %s: nothing is remembered, and nothing throws", (_, storage) => {
  stubStorage(storage);
  expect(() => remember("theme", "dark")).not.toThrow();
  expect(() => remember("theme", null)).not.toThrow();
  expect(recall("theme")).toBeNull();
});

test("a full storage keeps its entries", () => {
  const setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  stubStorage({
    value: { setItem, getItem: (name: string) => (name === "mycelium.theme" ? "light" : null) },
  });
  expect(() => remember("theme", "dark")).not.toThrow();
  expect(recall("theme")).toBe("light");
});

test("invalid JSON reads as null", () => {
  expect([null, "", '{"a":[', "dark", "[1]"].map(readJson)).toEqual([null, null, null, null, [1]]);
});
