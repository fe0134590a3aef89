import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConnectionState, type EdgeView, fault } from "../../client/index.ts";
import type { EdgeAnswer } from "./edge-view.ts";
import { investigateWith, KEPT_MS, SPREAD_MS } from "./investigate.ts";

const seen = fault("unreachable", { server: "wss://nats.example.com", closeCode: 1006 }, "possible");
const reached: EdgeView = { status: "pass", time: "2026-11-24T12:00:01Z" };
const refused: EdgeView = { status: "fail", fault: "refused", time: "2026-11-24T12:00:02Z" };
const signal = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** An edge that answers so, one after the other, and when it was asked, from now on. */
function edge(...views: EdgeAnswer[]) {
  const beganAtMs = Date.now();
  const askedAtMs: number[] = [];
  let hear: (state: ConnectionState) => void = () => {};
  const onState = (listener: typeof hear) => {
    hear = listener;
    return () => {};
  };
  const ask = async () => {
    askedAtMs.push(Date.now() - beganAtMs);
    return views.shift() ?? null;
  };
  const hook = investigateWith(ask, { onState });
  const investigate: typeof hook = async (...call) => {
    const found = hook(...call);
    await vi.runAllTimersAsync();
    return found;
  };
  const enter = (status: string) => hear({ status } as ConnectionState);
  return { hook, investigate, askedAtMs, left: views, enter };
}

test("a cause that the edge saw is taken, once the pages that lost the server together have spread", async () => {
  const { investigate, askedAtMs } = edge(refused);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused", explanation: "refused" });
  expect(askedAtMs).toEqual([SPREAD_MS / 2]);
});

test("the browser's network is blamed only once the edge has looked again", async () => {
  const { investigate, askedAtMs, left } = edge(reached, { ...reached, time: "2026-11-24T12:00:03Z" });
  expect(await investigate(seen, signal)).toMatchObject({ explanation: "blocked-here" });
  const [first = 0, second = 0, ...more] = askedAtMs;
  expect([more, left]).toEqual([[], []]);
  // Between the two the edge has looked again.
  expect(second - first).toBeGreaterThan(1000 + SPREAD_MS / 2);
});

test("what the edge saw fail is asked again after a while, and at once for another server", async () => {
  const { investigate, left } = edge(refused, refused, refused, refused);
  await investigate(seen, signal);
  vi.advanceTimersByTime(KEPT_MS - 1);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused" });
  expect(left).toHaveLength(3);
  vi.advanceTimersByTime(1);
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
  const investigation = edge(reached).hook(seen, ending.signal);
  ending.abort(new Error("over"));
  await expect(investigation).rejects.toThrow("over");
  await expect(edge(reached).hook(seen, ending.signal)).rejects.toThrow("over");
});

test("a server that the edge has no more is judged by nothing: the page's configuration is old", async () => {
  const { investigate, left } = edge("unlisted", refused);
  expect(await investigate(seen, signal)).toEqual({ ...seen, explanation: "new-configuration" });
  expect(left).toHaveLength(1);
});

test("what the edge has seen once and doubts is looked at once more", async () => {
  const doubted: EdgeView = {
    status: "warn",
    fault: "timeout",
    confidence: "possible",
    time: "2026-11-24T12:00:01Z",
  };
  const { investigate, left } = edge(doubted, reached);
  expect(await investigate(seen, signal)).toMatchObject({ explanation: "blocked-here" });
  expect(left).toHaveLength(0);
  const surer = edge({ ...doubted, confidence: "likely" }, reached);
  expect(await surer.investigate(seen, signal)).toMatchObject({ kind: "timeout" });
  expect(surer.left).toHaveLength(1);
});
