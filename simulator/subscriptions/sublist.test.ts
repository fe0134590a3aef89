import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCovered, isSubscribable } from "../protocol/subject.ts";
import { type Interest, Sublist } from "./sublist.ts";

const interest = (subject: string, queue?: string): Interest => ({ subject, queue });

const token = fc.constantFrom("a", "b", "c");
const literal = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join("."));
const pattern = fc
  .array(fc.constantFrom("a", "b", "c", "*", ">"), { minLength: 1, maxLength: 4 })
  .map((tokens) => tokens.join("."))
  .filter(isSubscribable);

test("matches the same subscriptions as a linear search, after any inserts and removals", () => {
  const step = fc.record({
    subject: pattern,
    queue: fc.constantFrom(undefined, "q", "r"),
    leaves: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.array(literal, { minLength: 1, maxLength: 4 }),
      (steps, subjects) => {
        const sublist = new Sublist<Interest>();
        let present: Interest[] = [];
        for (const { subject, queue, leaves } of steps) {
          const one = interest(subject, queue);
          sublist.insert(one);
          for (const asked of subjects) sublist.match(asked);
          if (leaves) sublist.remove(one);
          else present = [...present, one];
        }
        expect(sublist.size).toBe(present.length);
        for (const subject of subjects) {
          const { plain, groups } = sublist.match(subject);
          const wanted = present.filter((one) => isCovered(one.subject, subject));
          expect(new Set([...plain, ...groups.flat()])).toEqual(new Set(wanted));
          expect(plain.every(({ queue }) => queue === undefined)).toBe(true);
          for (const members of groups) expect(new Set(members.map(({ queue }) => queue)).size).toBe(1);
          expect(new Set(groups.map(([first]) => first?.queue)).size).toBe(groups.length);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

describe("Sublist", () => {
  test("releases everything of removed subscriptions", () => {
    const sublist = new Sublist<Interest>();
    const one = interest("a.*.c", "q");
    sublist.insert(one);
    sublist.remove(one);
    sublist.remove(one);
    expect({ size: sublist.size, found: sublist.match("a.b.c") }).toEqual({
      size: 0,
      found: { plain: [], groups: [] },
    });
  });

  test("bounds its cache of matches", () => {
    const sublist = new Sublist<Interest>();
    for (let number = 0; number < 10_000; number++) sublist.match(`inbox.${number}`);
    expect(sublist.cached).toBeLessThanOrEqual(4096);
  });

  test("the generation grows with every change and only then", () => {
    const sublist = new Sublist<Interest>();
    const one = interest("a");
    const start = sublist.generation;
    sublist.match("a");
    expect(sublist.generation).toBe(start);
    sublist.insert(one);
    const after = sublist.generation;
    expect(after).toBeGreaterThan(start);
    sublist.remove(one);
    expect(sublist.generation).toBeGreaterThan(after);
  });
});
