import { expect, test } from "vitest";
import { type ConnectionState, type EdgeView, fault } from "../../client/index.ts";
import type { EdgeWord } from "./edge-view.ts";
import { investigateWith, KEPT_MS, SPREAD_MS } from "./investigate.ts";

const seen = fault("unreachable", { server: "wss://nats.example.com", closeCode: 1006 }, "possible");
const reached: EdgeView = { status: "pass", observedAtMs: 1 };
const refused: EdgeView = { status: "fail", kind: "refused", observedAtMs: 2 };
const signal = new AbortController().signal;

const NO_CLIENT = { onState: () => () => {} };

/** An edge that answers so, one after the other, and the pauses that were made between. */
function edge(...views: EdgeWord[]) {
  const pauses: number[] = [];
  const time = { nowMs: 0 };
  let hear: (state: ConnectionState) => void = () => {};
  const onState = (listener: typeof hear) => {
    hear = listener;
    return () => {};
  };
  const ask = async () => views.shift() ?? null;
  const around = {
    pause: async (ms: number) => void pauses.push(ms),
    random: () => 0.5,
    now: () => time.nowMs,
  };
  const investigate = investigateWith(ask, { onState }, around);
  const enter = (status: string) => hear({ status } as ConnectionState);
  return { investigate, pauses, left: views, time, enter };
}

test("a cause that the edge saw is taken, once the pages that lost the server together have spread", async () => {
  const { investigate, pauses } = edge(refused);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused", explanation: "refused" });
  expect(pauses).toEqual([SPREAD_MS / 2]);
});

test("the browser's network is blamed only once the edge has looked again", async () => {
  const { investigate, pauses, left } = edge(reached, { ...reached, observedAtMs: 3 });
  expect(await investigate(seen, signal)).toMatchObject({ explanation: "blocked-here" });
  expect([pauses.length, left.length]).toEqual([3, 0]);
  // Between the two the edge has looked again.
  expect(pauses[1]).toBeGreaterThan(1000);
});

test("what the edge saw fail is asked again after a while, and at once for another server", async () => {
  const { investigate, left, time } = edge(refused, refused, refused, refused);
  await investigate(seen, signal);
  time.nowMs += KEPT_MS - 1;
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused" });
  expect(left).toHaveLength(3);
  time.nowMs += 1;
  await investigate(seen, signal);
  expect(left).toHaveLength(2);
  await investigate(fault("unreachable", { server: "wss://other.example.com", closeCode: 1006 }), signal);
  expect(left).toHaveLength(1);
});

test("what the edge saw fail before the page was live again isn't taken for what fails now", async () => {
  const { investigate, left, enter } = edge(refused, reached, reached);
  await investigate(seen, signal);
  for (const status of ["reconnecting", "connecting"]) enter(status);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused" });
  expect(left).toHaveLength(2);
  enter("live");
  expect(await investigate(seen, signal)).toMatchObject({ explanation: "blocked-here" });
  expect(left).toHaveLength(0);
});

test("what the edge saw well is never kept", async () => {
  const { investigate, left } = edge(reached, reached, reached, reached);
  await investigate(seen, signal);
  await investigate(seen, signal);
  expect(left).toHaveLength(0);
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
  const investigation = investigateWith(async () => reached, NO_CLIENT)(seen, ending.signal);
  ending.abort(new Error("over"));
  await expect(investigation).rejects.toThrow("over");
});

test("a server that the edge has no more is judged by nothing: the page's configuration is old", async () => {
  const { investigate, left } = edge("unlisted", refused);
  expect(await investigate(seen, signal)).toEqual({ ...seen, explanation: "new-configuration" });
  expect(left).toHaveLength(1);
});

test("what the edge has seen once and doubts is looked at once more", async () => {
  const doubted: EdgeView = { status: "warn", kind: "timeout", confidence: "possible", observedAtMs: 1 };
  const { investigate, left } = edge(doubted, reached);
  expect(await investigate(seen, signal)).toMatchObject({ explanation: "blocked-here" });
  expect(left).toHaveLength(0);
});
