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

test("the edge reaches it: the trouble is on this side", () => {
  const view = edge({ status: "pass" });
  expect(joinViews(SEEN, view)).toEqual({
    ...SEEN,
    confidence: "likely",
    explanation: "blocked-here",
    evidence: { ...SEEN.evidence, edge: view },
  });
});

test("the edge was rejected by the server, so it reached it", () => {
  expect(joinViews(SEEN, edge({ fault: "auth-required" })).explanation).toBe("blocked-here");
});

test.each(["refused", "dns", "tls", "timeout", "upgrade-rejected", "not-nats", "wrong-port"] as const)(
  "the edge's reason is everybody's: %s",
  (kind) => {
    const view = edge({ fault: kind, output: "as the edge says" });
    expect(joinViews(SEEN, view)).toMatchObject({
      kind,
      explanation: kind,
      evidence: { server: "ws://nats:8443", closeCode: 1006, edge: view },
    });
  },
);

test("what is joined is never surer than the edge is, and never certain", () => {
  const joinedFrom = (confidence: "certain" | "likely" | "possible", kind: "dns" | "unreachable" = "dns") =>
    joinViews(SEEN, edge({ fault: kind, confidence })).confidence;
  for (const kind of ["dns", "unreachable"] as const) {
    expect(joinedFrom("certain", kind)).toBe("likely");
    expect(joinedFrom("likely", kind)).toBe("likely");
    expect(joinedFrom("possible", kind)).toBe("possible");
  }
  expect(joinViews(SEEN, edge({ status: "pass" })).confidence).toBe("likely");
});

test("a refused origin is the operator's to mend, and not this network's", () => {
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

test("an edge that can't use an address knows nothing of the server there", () => {
  const view = edge({ fault: "unreachable", explanation: "needs-name", confidence: "certain" });
  expect(joinViews(SEEN, view)).toEqual({ ...SEEN, evidence: { ...SEEN.evidence, edge: view } });
});

test("a warning with a cause isn't a server that was reached", () => {
  const doubted = edge({ status: "warn", fault: "timeout", confidence: "possible" });
  expect(joinViews(SEEN, doubted)).toMatchObject({ kind: "timeout", confidence: "possible" });
  expect(joinViews(SEEN, edge({ status: "warn" })).explanation).toBe("blocked-here");
  expect(joinViews(SEEN, edge({ status: "warn", fault: "permission" })).explanation).toBe("blocked-here");
});

test("a plain NATS port can't be cured by trying again", () => {
  expect(joinViews(SEEN, edge({ fault: "wrong-port" })).retryable).toBe(false);
});

test("the edge can't reach it either and saw no cause: down for everyone, and nothing more is claimed", () => {
  for (const view of [edge({}), edge({ fault: "unreachable" })]) {
    expect(joinViews(SEEN, view)).toMatchObject({ kind: "unreachable", explanation: "down-for-everyone" });
  }
});

test("the edge is asked only where the browser couldn't see the cause", () => {
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

test("the hook hands the server and the signal on, and knows no more where the edge doesn't answer", async () => {
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
