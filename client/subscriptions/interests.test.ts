import { expect, test } from "vitest";
import { Interest } from "./interest.ts";
import { Interests } from "./interests.ts";

const interestIn = (subject: string): Interest => new Interest({ subject, queue: null, source: null });

test("interests that end or are added during an iteration aren't visited", () => {
  const interests = new Interests();
  const [a, b, c] = ["a", "b", "c"].map(interestIn) as [Interest, Interest, Interest];
  for (const one of [a, b, c]) interests.add(one);
  const visited: string[] = [];
  for (const { subject } of interests) {
    visited.push(subject);
    interests.remove(b);
    if (subject === "a") interests.add(interestIn("d"));
  }
  expect(visited).toEqual(["a", "c"]);
  expect(interests.ready().map(({ subject }) => subject)).toEqual(["a", "c", "d"]);
});

test("a removed interest can't remove the one that was added for the same subject later", () => {
  const interests = new Interests();
  const [first, second] = [interestIn("a"), interestIn("a")];
  interests.add(first);
  expect(interests.remove(first)).toBe(true);
  interests.add(second);
  expect([interests.has(first), interests.remove(first), interests.has(second)]).toEqual([
    false,
    false,
    true,
  ]);
});
