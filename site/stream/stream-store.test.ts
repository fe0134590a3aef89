import { expect, test } from "vitest";
import type { Message } from "../../client/index.ts";
import { FOLD_ABOVE } from "./folding.ts";
import { StreamStore } from "./stream-store.ts";
import { subjectProblem } from "./subject-problem.ts";

const message = (subject: string, text = "{}"): Message => ({
  subject,
  data: new TextEncoder().encode(text),
  isHistory: false,
  respond: () => false,
});

function received(store: StreamStore, howMany: number, atMs: number): void {
  for (let one = 0; one < howMany; one += 1) store.receive(message("a"), atMs);
}

test("lists what comes, newest first, and tells the rate of each subject", () => {
  const store = new StreamStore(() => {});
  store.receive(message("a", "1"), 1000);
  store.receive(message("a", "2"), 1100);
  store.receive(message("b", "3"), 1200);
  expect(store.messages().map(({ seq }) => seq)).toEqual([3, 2, 1]);
  expect(store.subjects(2000)).toMatchObject([
    { subject: "a", count: 2, perSecond: 2, last: { seq: 2 } },
    { subject: "b", count: 1, perSecond: 1 },
  ]);
});

test("above the threshold it counts by subject only, and goes back once it is quiet", () => {
  const store = new StreamStore(() => {});
  received(store, FOLD_ABOVE + 50, 1000);
  expect(store.isFolded(1500)).toBe(true);
  expect(store.counts).toMatchObject({ listed: FOLD_ABOVE, folded: 50 });
  received(store, FOLD_ABOVE - 1, 2000);
  expect(store.isFolded(2999)).toBe(true);
  expect(store.isFolded(3000)).toBe(true);
  expect(store.isFolded(4000)).toBe(false);
});

test("every message is accounted for", () => {
  const store = new StreamStore(() => {});
  for (let second = 0; second < 50; second += 1) {
    received(store, second < 40 ? 100 : 300, second * 1000);
  }
  const { received: all, listed, folded, dropped } = store.counts;
  expect(listed + folded + dropped).toBe(all);
  expect(dropped).toBeGreaterThan(0);
  expect(folded).toBeGreaterThan(0);
});

test("subjects beyond the bound are counted together", () => {
  const store = new StreamStore(() => {});
  for (let one = 0; one < 510; one += 1) store.receive(message(`s.${one}`), one * 100);
  expect(store.subjects(0)).toHaveLength(500);
  expect(store.counts.otherSubjects).toBe(10);
});

test("keeps the start of a payload, and nothing of the network's buffer", () => {
  const store = new StreamStore(() => {});
  store.receive(message("a", "x".repeat(5000)), 0);
  expect(store.messages()[0]).toMatchObject({ size: 5000 });
  expect(store.messages()[0]?.start.buffer.byteLength).toBe(512);
});

test.each([
  ["egos.>", null],
  ["egos.*.logs", null],
  [">", null],
  ["egos..logs", "empty-token"],
  [".egos", "empty-token"],
  ["egos.>.logs", "tail-not-last"],
  ["egos logs", "white-space"],
  ["a".repeat(257), "too-long"],
] as const)("the subject %s: %s", (subject, problem) => {
  expect(subjectProblem(subject)).toBe(problem);
});
