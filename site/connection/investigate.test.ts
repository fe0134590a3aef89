import { expect, test } from "vitest";
import { type EdgeView, fault } from "../../client/index.ts";
import { investigateWith } from "./investigate.ts";

const seen = fault("unreachable", { server: "wss://nats.example.com", closeCode: 1006 }, "possible");
const reached: EdgeView = { status: "pass", observedAtMs: 1 };
const refused: EdgeView = { status: "fail", kind: "refused", observedAtMs: 2 };
const signal = new AbortController().signal;

/** An edge that answers so, one after the other, and the pauses that were made between. */
function edge(...views: (EdgeView | null)[]) {
  const pauses: number[] = [];
  const investigate = investigateWith(
    async () => views.shift() ?? null,
    async (ms) => void pauses.push(ms),
  );
  return { investigate, pauses, left: views };
}

test("a cause that the edge saw is taken at once", async () => {
  const { investigate, pauses } = edge(refused);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused", explanation: "refused" });
  expect(pauses).toEqual([]);
});

test("the browser's network is blamed only once the edge has looked again", async () => {
  const { investigate, pauses, left } = edge(reached, { ...reached, observedAtMs: 3 });
  expect(await investigate(seen, signal)).toMatchObject({ explanation: "blocked-here" });
  expect([pauses.length, left.length]).toEqual([1, 0]);
  expect(pauses[0]).toBeGreaterThan(1000);
});

test("an edge that looked just before the server went blames nobody", async () => {
  const { investigate } = edge(reached, refused);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused", explanation: "refused" });
});

test("an edge that can't be asked, the first time or the second, knows no more", async () => {
  expect(await edge(null).investigate(seen, signal)).toBeNull();
  expect(await edge(reached, null).investigate(seen, signal)).toBeNull();
});

test("what the server itself said needs no second view", async () => {
  const { investigate, left } = edge(refused);
  expect(await investigate(fault("auth-expired", { errText: "expired" }), signal)).toBeNull();
  expect(left).toHaveLength(1);
});

test("an outage that is over ends the pause", async () => {
  const ending = new AbortController();
  const investigation = investigateWith(async () => reached)(seen, ending.signal);
  ending.abort(new Error("over"));
  await expect(investigation).rejects.toThrow("over");
});
