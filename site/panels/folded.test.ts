import { expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import { feedOf, messageOf as message, viewOf } from "../testing.ts";
import { DecodeBudget } from "./budget.ts";

function storeOf(budget: DecodeBudget, more: Partial<Feed> = {}) {
  const key = { view: "latest-by-key", key: "id" } as const;
  const { store, clock, paint } = viewOf({ ...feedOf("t"), ...key, ...more }, { budget });
  /** The next published snapshot. */
  const now = () => {
    paint();
    return store.snapshot.value;
  };
  return { store, clock, now };
}

test("folds messages beyond the budget, and decodes again once enough time has passed", () => {
  const budget = new DecodeBudget(0.5, 100);
  const { store, clock, now } = storeOf(budget);
  store.receive(message('{"id":"a"}'));
  budget.spend(120);
  store.receive(message('{"id":"b"}'));
  clock.atMs += 40;
  store.receive(message('{"id":"c"}'));
  expect(now().counts).toMatchObject({ received: 3, shown: 1, folded: 2 });
  clock.atMs += 1;
  store.receive(message('{"id":"d"}'));
  expect(now().counts).toMatchObject({ received: 4, shown: 2, folded: 2 });
});

test("the last folded message of a burst is read as soon as there is time, unless a newer one was read", () => {
  const budget = new DecodeBudget(0.5, 100);
  const { store, clock, now } = storeOf(budget);
  store.receive(message('{"id":"a"}'));
  budget.spend(120);
  for (const id of ["b", "c"]) store.receive(message(JSON.stringify({ id })));
  expect(now().counts).toMatchObject({ received: 3, shown: 1, folded: 2 });
  // The deferred message is tried in each frame.
  clock.atMs += 50;
  expect(now().counts).toMatchObject({ received: 3, shown: 2, folded: 1 });
  budget.spend(120);
  store.receive(message('{"id":"d"}'));
  clock.atMs += 250;
  store.receive(message('{"id":"e"}'));
  clock.atMs += 250;
  expect(now().counts).toMatchObject({ received: 5, shown: 3, folded: 2 });
  const ids = now().rows.map((row) => ("key" in row ? row.key : null));
  expect(new Set(ids)).toEqual(new Set(["a", "c", "e"]));
});

test("the last folded message of a burst isn't read once its bucket was made anew", () => {
  const budget = new DecodeBudget(0.5, 100);
  const { store, clock, now } = storeOf(budget, { kv: "b", subject: "$KV.b.>" });
  store.receive(message('{"id":"a"}'));
  budget.spend(120);
  store.receive(message('{"id":"b"}'));
  const gap = { subject: "$KV.b.>", fromMs: 1, toMs: 2, cause: null, recovered: 0 };
  store.markGap({ ...gap, kind: "discarded", missing: "unknown" });
  clock.atMs += 250;
  expect(now().rows.map((row) => row.kind)).toEqual(["gap"]);
  expect(now().counts).toMatchObject({ received: 2, folded: 1 });
});

test("a machine that stalls while one message is decoded doesn't fold the next ones", () => {
  const budget = new DecodeBudget();
  const { store, now } = storeOf(budget);
  for (const id of ["a", "b", "c", "d"]) {
    store.receive(message(JSON.stringify({ id })));
    budget.spend(60);
  }
  expect(now().counts).toMatchObject({ received: 4, shown: 4, folded: 0 });
});
