import { expect, onTestFinished, test, vi } from "vitest";
import { type EdgeView, type Fault, fault } from "../../client/index.ts";
import { investigateWith } from "./investigate.ts";
import { edgeMayKnow, joinViews } from "./join.ts";

const SEEN = fault("unreachable", { server: "ws://nats:8443", closeCode: 1006 }, "possible");
const edge = (view: Partial<EdgeView>): EdgeView => ({
  status: "fail",
  time: "2026-11-24T12:00:00Z",
  ...view,
});

test("if the edge reaches the server, the problem is on the browser's side", () => {
  const view = edge({ status: "pass" });
  expect(joinViews(SEEN, view)).toEqual({
    ...SEEN,
    confidence: "likely",
    explanation: "blocked-here",
    evidence: { ...SEEN.evidence, edge: view },
  });
});

test("an edge that the server rejected has reached it", () => {
  expect(joinViews(SEEN, edge({ fault: "auth-required" })).explanation).toBe("blocked-here");
});

test.each(["refused", "dns", "tls", "timeout", "upgrade-rejected", "not-nats", "wrong-port"] as const)(
  "the edge's reason applies to everyone: %s",
  (kind) => {
    const view = edge({ fault: kind, output: "as the edge says" });
    expect(joinViews(SEEN, view)).toMatchObject({
      kind,
      explanation: kind,
      evidence: { server: "ws://nats:8443", closeCode: 1006, edge: view },
    });
  },
);

test("the joined fault is never more confident than the edge, and never certain", () => {
  const joinedFrom = (confidence: "certain" | "likely" | "possible", kind: "dns" | "unreachable" = "dns") =>
    joinViews(SEEN, edge({ fault: kind, confidence })).confidence;
  for (const kind of ["dns", "unreachable"] as const) {
    expect(joinedFrom("certain", kind)).toBe("likely");
    expect(joinedFrom("likely", kind)).toBe("likely");
    expect(joinedFrom("possible", kind)).toBe("possible");
  }
  expect(joinViews(SEEN, edge({ status: "pass" })).confidence).toBe("likely");
});

test("a refused origin is the operator's to fix, not this network's fault", () => {
  const view = edge({
    status: "warn",
    fault: "upgrade-rejected",
    explanation: "origin-refused",
    confidence: "certain",
  });
  expect(joinViews(SEEN, view)).toMatchObject({
    kind: "upgrade-rejected",
    explanation: "origin-refused",
    confidence: "likely",
    retryable: true,
  });
});

test("an edge that can't connect to an IP address says nothing about the server", () => {
  const view = edge({ fault: "unreachable", explanation: "needs-name", confidence: "certain" });
  expect(joinViews(SEEN, view)).toEqual({ ...SEEN, evidence: { ...SEEN.evidence, edge: view } });
});

test("a warning with a cause doesn't count as reached", () => {
  const doubted = edge({ status: "warn", fault: "timeout", confidence: "possible" });
  expect(joinViews(SEEN, doubted)).toMatchObject({ kind: "timeout", confidence: "possible" });
  expect(joinViews(SEEN, edge({ status: "warn" })).explanation).toBe("blocked-here");
  expect(joinViews(SEEN, edge({ status: "warn", fault: "permission" })).explanation).toBe("blocked-here");
});

test("a plain NATS port isn't retryable", () => {
  expect(joinViews(SEEN, edge({ fault: "wrong-port" })).retryable).toBe(false);
});

test("if the edge can't reach the server either and saw no cause, it is down for everyone", () => {
  for (const view of [edge({}), edge({ fault: "unreachable" })]) {
    expect(joinViews(SEEN, view)).toMatchObject({ kind: "unreachable", explanation: "down-for-everyone" });
  }
});

test("the edge is asked only about faults whose cause the browser couldn't see", () => {
  const asked: [Fault, boolean][] = [
    [SEEN, true],
    [fault("timeout", {}, "likely"), true],
    [fault("auth-rejected", { errText: "Authorization Violation" }), false],
    [fault("unknown", { errText: "something new" }), false],
    [fault("unreachable", { closeReason: "slow consumer" }), false],
    [fault("offline"), false],
    [fault("unreachable", { edge: edge({}) }), false],
    [{ ...fault("unknown", { detail: "a file is gone" }), explanation: "not-loaded" }, false],
  ];
  for (const [seen, expected] of asked) expect(edgeMayKnow(seen)).toBe(expected);
});

test("the hook passes on server and signal, and returns null if the edge doesn't answer", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { signal } = new AbortController();
  const calls: unknown[] = [];
  const answer = async (...call: unknown[]) => {
    calls.push(call);
    return null;
  };
  const investigate = investigateWith(answer, { onState: () => () => {} });
  const investigated = investigate(SEEN, signal);
  await vi.runAllTimersAsync();
  expect(await investigated).toBeNull();
  expect(await investigate(fault("stale"), signal)).toBeNull();
  expect(calls).toEqual([["ws://nats:8443", signal]]);
});
