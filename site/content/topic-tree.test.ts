import fc from "fast-check";
import { expect, test } from "vitest";
import { TopicTree } from "./topic-tree.ts";

const NOW = 1_000_000_000;
const treeOf = (...heard: (readonly [subject: string, last: string, atMs?: number])[]) => {
  const tree = new TopicTree<string>();
  for (const [subject, last, atMs = NOW] of heard) tree.note(subject, last, atMs);
  return tree;
};
const shown = (tree: TopicTree<string>, open: readonly string[] = [], nowMs = NOW) =>
  tree
    .rows(new Set(open), nowMs)
    .map(({ path, depth, count, last }) => `${" ".repeat(depth)}${path} ${count} ${last}`);

test("subjects with a common beginning share a line, which opens to its children, the busiest first", () => {
  const tree = treeOf(
    ["orders.eu.created", "1"],
    ["iot.a", "2"],
    ["orders.us", "3"],
    ["orders.eu.paid", "4"],
    ["orders.eu", "5"],
  );
  expect(shown(tree)).toEqual(["orders 4 5", "iot 1 2"]);
  expect(shown(tree, ["orders", "orders.eu"])).toEqual([
    "orders 4 5",
    " orders.eu 3 5",
    "  orders.eu.created 1 1",
    "  orders.eu.paid 1 4",
    " orders.us 1 3",
    "iot 1 2",
  ]);
  const [orders] = tree.rows(new Set(["iot.a"]), NOW);
  expect(orders).toMatchObject({ subjects: 4, hasChildren: true, isOpen: false, token: "orders" });
});

test("the rate is that of the last whole second", () => {
  const tree = treeOf(["a.b", "1", NOW], ["a.b", "2", NOW + 1], ["a.c", "3", NOW]);
  const rate = (nowMs: number) => tree.rows(new Set(), nowMs)[0]?.perSecond;
  expect([NOW, NOW + 1000, NOW + 2000].map(rate)).toEqual([0, 3, 0]);
  tree.note("a.b", "4", NOW + 1500);
  expect(rate(NOW + 1500)).toBe(3);
});

test("subjects that are busy now come before those that were busy long ago", () => {
  const tree = new TopicTree<string>();
  for (let count = 0; count < 1000; count += 1) tree.note("past", "", NOW);
  tree.note("now", "", NOW + 1000);
  expect(tree.rows(new Set(), NOW + 1000).map(({ path }) => path)).toEqual(["past", "now"]);
  tree.note("now", "", NOW + 15 * 60_000);
  expect(tree.rows(new Set(), NOW + 15 * 60_000).map(({ path }) => path)).toEqual(["now", "past"]);
});

test("silent subjects are dropped for new ones, and counted", () => {
  const tree = new TopicTree<string>(3);
  for (const subject of ["a", "a", "b", "c", "a", "d"]) tree.note(subject, "", NOW);
  expect(tree.rows(new Set(), NOW).map(({ path }) => path)).toEqual(["a", "c", "d"]);
  expect(tree.folded).toEqual({ subjects: 1, messages: 1 });
});

test("a parent keeps its rate when its children are dropped before the second is over", () => {
  const tree = new TopicTree<string>(3);
  for (let request = 0; request < 10; request += 1) tree.note(`_INBOX.${request}`, "", NOW);
  for (const subject of ["orders", "orders"]) tree.note(subject, "", NOW);
  expect(tree.rows(new Set(), NOW + 1000)).toMatchObject([
    { path: "_INBOX", subjects: 2, count: 2, perSecond: 10 },
    { path: "orders", subjects: 1, count: 2, perSecond: 2 },
  ]);
});

test("a parent keeps its rate when its only child is dropped for the next one", () => {
  const tree = new TopicTree<string>(2);
  for (const subject of ["_INBOX.0", "orders", "_INBOX.1"]) tree.note(subject, "", NOW);
  expect(tree.rows(new Set(), NOW + 1000)).toMatchObject([
    { path: "_INBOX", subjects: 1, count: 1, perSecond: 2 },
    { path: "orders", subjects: 1, count: 1, perSecond: 1 },
  ]);
});

test("of 20,000 subjects 5,000 are kept, and the number of lines is limited", () => {
  const tree = new TopicTree<number>();
  for (let index = 0; index < 20_000; index += 1) tree.note(`_INBOX.${index}`, index, NOW);
  expect(tree.size).toBe(5000);
  expect(tree.folded).toEqual({ subjects: 15_000, messages: 15_000 });
  expect(tree.rows(new Set(["_INBOX"]), NOW, 100)).toHaveLength(100);
});

test("a clock that is set back loses no counts", () => {
  const tree = treeOf(["a", "1", NOW], ["a", "2", NOW - 60_000]);
  expect(tree.rows(new Set(), NOW)[0]).toMatchObject({ count: 2, last: "2" });
});

test("after a clock was set back an hour, rates go on at once", () => {
  const back = NOW - 3_600_000;
  const tree = treeOf(["a.b", "1", NOW], ["a.b", "2", NOW], ["old", "", NOW]);
  for (let second = 0; second < 3; second += 1) tree.note("a.c", `${second}`, back + second * 1000);
  tree.note("a.b", "3", back + 2500);
  const rows = tree.rows(new Set(), back + 3500);
  expect(rows).toMatchObject([{ path: "a", count: 6, perSecond: 2, last: "3" }, { path: "old" }]);
  tree.note("a.c", "4", back + 3600);
  expect(tree.rows(new Set(), back + 3600)[0]?.last).toBe("4");
});

test("every message is counted once, in the tree or among those of dropped subjects", () => {
  const subject = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(subject), (subjects) => {
      const tree = new TopicTree<string>(4);
      for (const tokens of subjects) tree.note(tokens.join("."), "", NOW);
      const kept = tree.rows(new Set(), NOW).reduce((sum, { count }) => sum + count, 0);
      expect(kept + tree.folded.messages).toBe(subjects.length);
    }),
  );
});
