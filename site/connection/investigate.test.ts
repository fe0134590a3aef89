import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConnectionState, type EdgeView, fault } from "../../client/index.ts";
import type { EdgeAnswer } from "./edge-view.ts";
import { FAILURE_REUSED_MS, investigateWith, SPREAD_MS } from "./investigate.ts";

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

/** An edge with these answers, one after the other, and the times of the requests. */
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

test("the edge's cause is used, after a random delay that spreads the requests of many pages", async () => {
  const { investigate, askedAtMs } = edge(refused);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused", explanation: "refused" });
  expect(askedAtMs).toEqual([SPREAD_MS / 2]);
});

test("the browser's network is blamed only after the edge has checked again", async () => {
  const { investigate, askedAtMs, left } = edge(reached, { ...reached, time: "2026-11-24T12:00:03Z" });
  expect(await investigate(seen, signal)).toMatchObject({ explanation: "blocked-here" });
  const [first = 0, second = 0, ...more] = askedAtMs;
  expect([more, left]).toEqual([[], []]);
  // The edge has checked again between the two requests.
  expect(second - first).toBeGreaterThan(1000 + SPREAD_MS / 2);
});

test("a failure seen by the edge is reused for a while, but not for another server", async () => {
  const { investigate, left } = edge(refused, refused, refused, refused);
  await investigate(seen, signal);
  vi.advanceTimersByTime(FAILURE_REUSED_MS - 1);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused" });
  expect(left).toHaveLength(3);
  vi.advanceTimersByTime(1);
  await investigate(seen, signal);
  expect(left).toHaveLength(2);
  await investigate(fault("unreachable", { server: "wss://other.example.com", closeCode: 1006 }), signal);
  expect(left).toHaveLength(1);
});

test("a failure seen by the edge is forgotten once the page is live", async () => {
  const { investigate, left, enter } = edge(refused, reached, reached);
  await investigate(seen, signal);
  for (const status of ["reconnecting", "connecting"]) enter(status);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused" });
  expect(left).toHaveLength(2);
  enter("live");
  expect(await investigate(seen, signal)).toMatchObject({ explanation: "blocked-here" });
  expect(left).toHaveLength(0);
});

test("a success seen by the edge is never reused", async () => {
  const { investigate, left } = edge(reached, reached, reached, reached);
  await investigate(seen, signal);
  await investigate(seen, signal);
  expect(left).toHaveLength(0);
});

test("an edge that checked just before the server went down doesn't blame the browser", async () => {
  const { investigate } = edge(reached, refused);
  expect(await investigate(seen, signal)).toMatchObject({ kind: "refused", explanation: "refused" });
});

test("if the edge can't be asked, the first or the second time, the fault stays as it was", async () => {
  expect(await edge(null).investigate(seen, signal)).toBeNull();
  expect(await edge(reached, null).investigate(seen, signal)).toBeNull();
});

test("a fault that the server itself reported isn't investigated", async () => {
  const { investigate, left } = edge(refused);
  expect(await investigate(fault("auth-expired", { errText: "expired" }), signal)).toBeNull();
  expect(left).toHaveLength(1);
});

test("the end of the outage ends the pause before the request", async () => {
  const ending = new AbortController();
  const investigation = edge(reached).hook(seen, ending.signal);
  ending.abort(new Error("over"));
  await expect(investigation).rejects.toThrow("over");
  await expect(edge(reached).hook(seen, ending.signal)).rejects.toThrow("over");
});

test("a server that the edge no longer has means that the page's configuration is old", async () => {
  const { investigate, left } = edge("unlisted", refused);
  expect(await investigate(seen, signal)).toEqual({ ...seen, explanation: "new-configuration" });
  expect(left).toHaveLength(1);
});

test("a doubtful failure that the edge saw only once is checked again", async () => {
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
