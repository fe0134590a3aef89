import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { Overlap } from "./overlap.ts";

const move = { switchedAtMs: null as number | null };
beforeEach(() => {
  move.switchedAtMs = null;
});

test("a message that both links bring is let through once, whichever link is first", () => {
  const overlap = new Overlap(move);
  expect(overlap.isRepeat("old", "1", 0)).toBe(false);
  expect(overlap.isRepeat("new", "1", 0)).toBe(true);
  expect(overlap.isRepeat("new", "2", 0)).toBe(false);
  expect(overlap.isRepeat("old", "2", 0)).toBe(true);
});

test("of equal messages, as many are let through as the link with more of them brought, in any order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.constantFrom("x", "y"))), (arrivals) => {
      const overlap = new Overlap(move);
      const admitted = arrivals.filter(([fromOlder, payload]) => {
        return !overlap.isRepeat(fromOlder ? "old" : "new", payload, 0);
      });
      for (const payload of ["x", "y"]) {
        const brought = (side: boolean) =>
          arrivals.filter(([from, text]) => from === side && text === payload).length;
        const through = admitted.filter(([, text]) => text === payload).length;
        expect(through).toBe(Math.max(brought(true), brought(false)));
      }
    }),
  );
});

/** An overlap in which each arrival has a link, a payload and a time. */
function played(...arrivals: readonly (readonly ["old" | "new", string, number])[]): Overlap {
  const overlap = new Overlap(move);
  for (const [side, payload, atMs] of arrivals) overlap.isRepeat(side, payload, atMs);
  return overlap;
}

test("a repeat soon after the switch isn't doubtful if no other message equals it", () => {
  const overlap = played(["old", "1", 0]);
  move.switchedAtMs = 0;
  expect(overlap.isRepeat("new", "1", 100)).toBe(true);
  expect(overlap.doubtful).toBe(0);
});

test("repeats after the switch count as doubtful if several messages are equal", () => {
  const overlap = played(["old", "x", 0], ["old", "x", 20], ["old", "x", 40], ["new", "x", 50]);
  move.switchedAtMs = 0;
  for (const atMs of [60, 80, 100]) overlap.isRepeat("new", "x", atMs);
  // Two of the three were taken for what the old link had brought; the last can't have been.
  expect(overlap.doubtful).toBe(2);
});

test("a repeat long after its first copy counts as doubtful", () => {
  const overlap = played(["old", "tick", 0]);
  move.switchedAtMs = 0;
  overlap.isRepeat("new", "tick", 900);
  expect(overlap.doubtful).toBe(1);
});

test("a unique message that only the old link brought is unmatched", () => {
  expect(played(["old", "1", 10], ["new", "1", 12]).hasUnmatched("old", 0, 20)).toBe(false);
  expect(played(["old", "1", 10]).hasUnmatched("old", 0, 20)).toBe(true);
  expect(played(["old", "1", 30]).hasUnmatched("old", 0, 20)).toBe(false);
  expect(played(["old", "x", 10], ["old", "x", 11], ["new", "x", 12]).hasUnmatched("old", 0, 20)).toBe(false);
});

test("a late repeat on the new link is doubtful unless the old link brings an equal message", () => {
  const overlap = played(["old", "2", 10]);
  overlap.countLateRepeat("1", 9000);
  overlap.countLateRepeat("2", 9000);
  expect(overlap.doubtful).toBe(1);
  expect(overlap.hasUnmatched("old", 0, 20)).toBe(false);
  // So soon after its first copy, it is a repeat beyond doubt.
  overlap.countLateRepeat("3", 500);
  expect(overlap.doubtful).toBe(1);
});
