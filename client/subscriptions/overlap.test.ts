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

const older = {};
const newer = {};

test("what both links bring is let through once, whichever is first", () => {
  const overlap = new Overlap();
  expect(overlap.isRepeat(older, message("a", "1"))).toBe(false);
  expect(overlap.isRepeat(newer, message("a", "1"))).toBe(true);
  expect(overlap.isRepeat(newer, message("a", "2"))).toBe(false);
  expect(overlap.isRepeat(older, message("a", "2"))).toBe(true);
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
  for (const one of different) expect(overlap.isRepeat(older, one)).toBe(false);
  for (const one of different) expect(overlap.isRepeat(newer, one)).toBe(true);
});

test("of equal messages as many come through as the fuller link brought, in any order of arrival", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.constantFrom("x", "y"))), (arrivals) => {
      const overlap = new Overlap();
      const admitted = arrivals.filter(([fromOlder, payload]) => {
        return !overlap.isRepeat(fromOlder ? older : newer, message("a", payload));
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
