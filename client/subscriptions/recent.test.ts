import { describe, expect, test } from "vitest";
import type { Message } from "../message.ts";
import { Recent } from "./recent.ts";

const message = (text: string, subject = "s"): Message => ({
  subject,
  data: new TextEncoder().encode(text),
  isHistory: false,
  respond: () => false,
});

function recent(...came: readonly (readonly [string, number])[]): Recent {
  const kept = new Recent();
  for (const [text, atMs] of came) kept.remember(message(text), atMs);
  return kept;
}

describe("what a new link brings once more", () => {
  test("is known once, and no second time", () => {
    const echoes = recent(["a", 900], ["b", 950]).echoes(1000);
    expect(echoes?.take(message("a"), 1100)).toBe(true);
    expect(echoes?.take(message("a"), 1101)).toBe(false);
    expect(echoes?.take(message("b"), 1100)).toBe(true);
    expect(echoes?.isOver(1100)).toBe(true);
  });

  test("isn't what differs in subject or payload", () => {
    const echoes = recent(["a", 900]).echoes(1000);
    expect(echoes?.take(message("b"), 1000)).toBe(false);
    expect(echoes?.take(message("a", "other"), 1000)).toBe(false);
  });

  test("isn't what comes regularly: another of the same may be due", () => {
    const echoes = recent(["tick", 500], ["tick", 900]).echoes(1000);
    expect(echoes?.take(message("tick"), 1050)).toBe(false);
  });

  test("isn't what came too long ago, or comes too late", () => {
    expect(recent(["a", 100]).echoes(1200)).toBeNull();
    const echoes = recent(["a", 600]).echoes(1000);
    expect(echoes?.take(message("a"), 1101)).toBe(false);
    expect([echoes?.isOver(1499), echoes?.isOver(1500)]).toEqual([false, true]);
  });
});

test("it keeps no more than it may, and the latest of all", () => {
  const many = new Recent();
  for (let index = 0; index < 5000; index += 1) many.remember(message(`m${index}`), 1000);
  const echoes = many.echoes(1000);
  expect(echoes?.take(message("m4999"), 1000)).toBe(true);
  expect(echoes?.take(message("m3976"), 1000)).toBe(true);
  expect(echoes?.take(message("m3975"), 1000)).toBe(false);
});

test("large messages push out earlier ones", () => {
  const kept = new Recent();
  const large = "x".repeat(600_000);
  for (const letter of ["a", "b", "c"]) kept.remember(message(letter + large), 1000);
  const echoes = kept.echoes(1000);
  expect(echoes?.take(message(`b${large}`), 1000)).toBe(false);
  expect(echoes?.take(message(`c${large}`), 1000)).toBe(true);
});
