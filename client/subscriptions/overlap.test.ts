import fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../message.ts";
import { Overlap } from "./overlap.ts";

function message(
  subject: string,
  payload: string,
  more: Partial<Pick<Message, "reply" | "headers">> = {},
): Message {
  return {
    subject,
    data: new TextEncoder().encode(payload),
    isHistory: false,
    respond: () => false,
    ...more,
  };
}

const older = "old";
const newer = "new";

test("what both links bring is let through once, whichever is first", () => {
  const overlap = new Overlap();
  expect(overlap.isRepeat(older, message("a", "1"), 0)).toBe(false);
  expect(overlap.isRepeat(newer, message("a", "1"), 0)).toBe(true);
  expect(overlap.isRepeat(newer, message("a", "2"), 0)).toBe(false);
  expect(overlap.isRepeat(older, message("a", "2"), 0)).toBe(true);
});

test("messages that differ in subject, reply, headers or payload are not the same", () => {
  const headers = (value: string) => ({
    keys: () => ["x"],
    values: () => [value],
    get: () => value,
    has: () => true,
  });
  const overlap = new Overlap();
  const different = [
    message("a", "1"),
    message("b", "1"),
    message("a", "2"),
    message("a", "1", { reply: "r" }),
    message("a", "1", { headers: headers("1") }),
    message("a", "1", { headers: headers("2") }),
  ];
  for (const one of different) expect(overlap.isRepeat(older, one, 0)).toBe(false);
  for (const one of different) expect(overlap.isRepeat(newer, one, 0)).toBe(true);
});

test("of equal messages as many come through as the fuller link brought, in any order of arrival", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.constantFrom("x", "y"))), (arrivals) => {
      const overlap = new Overlap();
      const admitted = arrivals.filter(([fromOlder, payload]) => {
        return !overlap.isRepeat(fromOlder ? older : newer, message("a", payload), 0);
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

/** An overlap of one subject in which each arrival has a side, a payload and a time. */
function played(...arrivals: readonly (readonly ["old" | "new", string, number])[]): Overlap {
  const overlap = new Overlap();
  for (const [side, payload, atMs] of arrivals) overlap.isRepeat(side, message("a", payload), atMs);
  return overlap;
}

test("a repeat that comes soon after the old link's end is told apart by its being like no other", () => {
  const overlap = played(["old", "1", 0]);
  overlap.oldEnded();
  expect(overlap.isRepeat("new", message("a", "1"), 100)).toBe(true);
  expect(overlap.doubtful).toBe(0);
});

test("of equal ones after the old link's end each may be another, and is counted", () => {
  const overlap = played(["old", "x", 0], ["old", "x", 20], ["old", "x", 40], ["new", "x", 50]);
  overlap.oldEnded();
  for (const atMs of [60, 80, 100]) overlap.isRepeat("new", message("a", "x"), atMs);
  // Two of the three were taken for what the old link had brought; the last can't have been.
  expect(overlap.doubtful).toBe(2);
});

test("one that comes long after the other may be another too", () => {
  const overlap = played(["old", "tick", 0]);
  overlap.oldEnded();
  overlap.isRepeat("new", message("a", "tick"), 900);
  expect(overlap.doubtful).toBe(1);
});

test("what only the old link brought shows that the new one is behind, unless it is like others", () => {
  expect(played(["old", "1", 10], ["new", "1", 12]).hasUnmatched(0, 20)).toBe(false);
  expect(played(["old", "1", 10]).hasUnmatched(0, 20)).toBe(true);
  expect(played(["old", "1", 30]).hasUnmatched(0, 20)).toBe(false);
  expect(played(["old", "x", 10], ["old", "x", 11], ["new", "x", 12]).hasUnmatched(0, 20)).toBe(false);
});

test("what came long before, and the new link brings, may be another, unless the old link brings that too", () => {
  const overlap = played(["old", "2", 10]);
  overlap.echoed(message("a", "1"), 9000);
  overlap.echoed(message("a", "2"), 9000);
  expect(overlap.doubtful).toBe(1);
  expect(overlap.hasUnmatched(0, 20)).toBe(false);
  // So soon after the one before it is the same.
  overlap.echoed(message("a", "3"), 500);
  expect(overlap.doubtful).toBe(1);
});
