import { describe, expect, test } from "vitest";
import type { Message } from "../message.ts";
import { contentOf } from "./content.ts";
import { Recent } from "./recent.ts";

const message = (text: string, subject = "s"): Message => ({
  subject,
  data: new TextEncoder().encode(text),
  isHistory: false,
  respond: () => false,
});

const at = (ms: number) => ({ now: () => ms });

function recent(...came: readonly (readonly [string, number])[]): Recent {
  const kept = new Recent();
  for (const [text, atMs] of came) kept.remember(message(text), at(atMs));
  return kept;
}

const WITHIN_MS = 500;

describe("a message that a new link may repeat", () => {
  test("is expected once", () => {
    const repeats = recent(["a", 900], ["b", 950]).lateRepeats(1000, WITHIN_MS);
    expect(repeats?.take(contentOf(message("a")), 1100)).toBe(200);
    expect(repeats?.take(contentOf(message("a")), 1101)).toBeNull();
    expect(repeats?.take(contentOf(message("b")), 1100)).toBe(150);
    expect(repeats?.isOver(1100)).toBe(true);
  });

  test("must have the same subject and payload", () => {
    const repeats = recent(["a", 900]).lateRepeats(1000, WITHIN_MS);
    expect(repeats?.take(contentOf(message("b")), 1000)).toBeNull();
    expect(repeats?.take(contentOf(message("a", "other")), 1000)).toBeNull();
  });

  test("must not have come twice: regular content may be due again", () => {
    const repeats = recent(["tick", 500], ["a", 600], ["tick", 900]).lateRepeats(1000, WITHIN_MS);
    expect(repeats?.take(contentOf(message("tick")), 1050)).toBeNull();
  });

  test("must have come recently, and be repeated in time", () => {
    const repeats = recent(["a", 600]).lateRepeats(1000, WITHIN_MS);
    expect(repeats?.take(contentOf(message("a")), 1101)).toBeNull();
    expect([repeats?.isOver(1499), repeats?.isOver(1500)]).toEqual([false, true]);
  });

  test("is expected as long as it is remembered, if no time is given", () => {
    expect(recent(["a", 100]).lateRepeats(30_101, Number.POSITIVE_INFINITY)).toBeNull();
    const repeats = recent(["a", 100]).lateRepeats(30_100, Number.POSITIVE_INFINITY);
    expect([repeats?.isOver(99_000), repeats?.take(contentOf(message("a")), 99_000)]).toEqual([
      false,
      98_900,
    ]);
  });
});

test("only the last 4,096 messages are remembered", () => {
  const many = new Recent();
  for (let index = 0; index < 5000; index += 1) many.remember(message(`m${index}`), at(1000));
  const repeats = many.lateRepeats(1000, WITHIN_MS);
  expect(repeats?.take(contentOf(message("m4999")), 1000)).toBe(0);
  expect(repeats?.take(contentOf(message("m904")), 1000)).toBe(0);
  expect(repeats?.take(contentOf(message("m903")), 1000)).toBeNull();
});

test("large messages displace earlier ones", () => {
  const kept = new Recent();
  const large = "x".repeat(600_000);
  for (const letter of ["a", "b", "c"]) kept.remember(message(letter + large), at(1000));
  const repeats = kept.lateRepeats(1000, WITHIN_MS);
  expect(repeats?.take(contentOf(message(`b${large}`)), 1000)).toBeNull();
  expect(repeats?.take(contentOf(message(`c${large}`)), 1000)).toBe(0);
});

test("a frame's bytes count once for all messages in it", () => {
  const kept = new Recent();
  const frame = (of: string, texts: readonly string[]): Message[] => {
    const bytes = new Uint8Array(400_000);
    return texts.map((text, index) => {
      const data = bytes.subarray(
        index * 10,
        index * 10 + new TextEncoder().encodeInto(of + text, bytes.subarray(index * 10)).written,
      );
      return { ...message(""), data };
    });
  };
  for (const of of ["a", "b", "c"])
    for (const one of frame(of, ["1", "2", "3"])) kept.remember(one, at(1000));
  const repeats = kept.lateRepeats(1000, WITHIN_MS);
  const known = ["a1", "a2", "a3", "b1", "b3", "c1", "c3"].filter(
    (text) => repeats?.take(contentOf(message(text)), 1000) === 0,
  );
  // Three frames exceed the limit: the first one goes, with all its messages.
  expect(known).toEqual(["b1", "b3", "c1", "c3"]);
});
