import { describe, expect, test } from "vitest";
import { Bench, FAILED, server, unreachable } from "../../test/support/clients/machine-bench.ts";
import { type Fault, fault } from "../faults/fault.ts";
import { DEFAULT_TUNABLES } from "../options.ts";
import { colourOf } from "../state.ts";
import { QUICK_TIMEOUT_MS } from "./alive.ts";
import type { Event } from "./model.ts";

describe("a dial that fails", () => {
  test("is red with its fault at once, and counts down to the next", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, atLeastMs: 0 },
    );
    expect(bench.state).toMatchObject({
      status: "connecting",
      attempt: 2,
      failedAttempts: 1,
      nextAttemptAtMs: 2050,
      fault: unreachable,
    });
    expect(colourOf(bench.state)).toBe("red");
    expect(bench.deeds).toEqual([
      { type: "set-timer", timer: "retry", delayMs: 1050 },
      { type: "investigate", fault: unreachable },
    ]);
    expect(bench.do({ type: "timer", timer: "retry" }).deeds).toEqual([
      { type: "dial", linkId: 2, attempt: 2, replacedMs: null },
    ]);
  });

  test("leaves only slow attempts after maxAttempts of the first connect", () => {
    const bench = new Bench({ reconnect: { maxAttempts: 2 } }).do({ type: "start" });
    bench.do(FAILED(1), { type: "timer", timer: "retry" }, FAILED(2));
    expect(bench.state).toMatchObject({
      status: "failed",
      fault: unreachable,
      failedAttempts: 2,
      nextAttemptAtMs: 46_000,
    });
    expect(bench.deeds).toContainEqual({ type: "set-timer", timer: "retry", delayMs: 45_000 });
    bench.do({ type: "timer", timer: "retry" });
    expect(bench.state).toMatchObject({ status: "failed", nextAttemptAtMs: null });
    expect(bench.do(FAILED(3)).state).toMatchObject({ status: "failed", failedAttempts: 3 });
    bench.do({ type: "timer", timer: "retry" }, { type: "opened", linkId: 4, server, lifetime: null });
    expect(bench.state.status).toBe("live");
  });

  test("is tried again at once on a wake, new settings, or when elsewhere it was found mended", () => {
    const events: readonly Event[] = [
      { type: "wake" },
      { type: "configure", tunables: DEFAULT_TUNABLES },
      { type: "mended", seen: fault("auth-rejected") },
    ];
    for (const event of events) {
      const bench = new Bench().do({ type: "start" }, FAILED(1, fault("auth-rejected")), event);
      expect(bench.deeds).toContainEqual({ type: "dial", linkId: 2, attempt: 2, replacedMs: null });
      expect(bench.state).toMatchObject({ status: "failed", nextAttemptAtMs: null });
    }
  });

  test("waits no less than the source of credentials asks for", () => {
    const bench = new Bench().do({ type: "start" }, { ...FAILED(1, fault("token-source")), atLeastMs: 7000 });
    expect(bench.state).toMatchObject({ status: "connecting", nextAttemptAtMs: 8000 });
  });

  test("leaves whoever gives credentials alone for as long as they asked, but for the user, or over another network", () => {
    const asked = fault("token-source", { retryAfterMs: 7000 });
    const events: Event[] = [
      { type: "wake" },
      { type: "configure", tunables: DEFAULT_TUNABLES },
      { type: "mended", seen: asked },
    ];
    for (const event of events) {
      const bench = new Bench().do({ type: "start" }, { ...FAILED(1, asked), atLeastMs: 7000 });
      bench.nowMs += 2000;
      expect(bench.do(event).state).toMatchObject({ status: "connecting", nextAttemptAtMs: 8000 });
      bench.nowMs += 5000;
      bench.do({ type: "timer", timer: "retry" });
      expect(bench.deeds).toContainEqual({ type: "dial", linkId: 2, attempt: 2, replacedMs: null });
    }
    // Its timer stood still meanwhile.
    const slept = new Bench().do({ type: "start" }, { ...FAILED(1, asked), atLeastMs: 7000 });
    slept.nowMs += 3_600_000;
    expect(slept.do({ type: "wake" }).deeds).toContainEqual(expect.objectContaining({ type: "dial" }));
    const networks: Event[] = [
      { type: "network", online: false },
      { type: "network", online: true },
    ];
    for (const sooner of [[{ type: "reconnect" } as const], networks]) {
      const bench = new Bench().do({ type: "start" }, { ...FAILED(1, asked), atLeastMs: 7000 });
      expect(bench.do(...sooner).deeds).toContainEqual(expect.objectContaining({ type: "dial" }));
    }
  });

  test("for want of credentials doesn't hide what is wrong with NATS", () => {
    const bench = new Bench().live().loseLive(unreachable);
    bench.do({ type: "timer", timer: "retry" }, FAILED(2, fault("token-source")));
    expect(bench.state).toMatchObject({ fault: unreachable });
    const rejected = new Bench().live().loseLive(fault("auth-expired"));
    rejected.do({ type: "timer", timer: "retry" }, FAILED(2, fault("token-source")));
    expect(rejected.state).toMatchObject({ fault: { kind: "token-source" } });
    const greeted = new Bench().live().loseLive(unreachable);
    greeted.do({ type: "timer", timer: "retry" }, FAILED(2, fault("token-source", { infoReceived: true })));
    expect(greeted.state).toMatchObject({ fault: { kind: "token-source" } });
  });

  test("says why there are no credentials where that is known, whatever was wrong before", () => {
    const ended: Fault = { ...fault("token-source"), explanation: "access-ended", retryable: false };
    const limited: Fault = { ...fault("token-source"), explanation: "token-limited" };
    const notLoaded: Fault = { ...fault("unknown"), explanation: "not-loaded" };
    const plain = fault("token-source");
    const turns: readonly (readonly [before: readonly Fault[], seen: Fault])[] = [
      [[fault("stale")], ended],
      [[unreachable], ended],
      [[fault("server-shutdown"), plain], limited],
      [[fault("auth-expired"), plain], ended],
      [[limited], plain],
      [[notLoaded], plain],
    ];
    for (const [[lost = unreachable, ...failed], seen] of turns) {
      const bench = new Bench().live().loseLive(lost);
      [...failed, seen].forEach((reason, index) => {
        bench.do({ type: "timer", timer: "retry" }, FAILED(index + 2, reason));
      });
      expect(bench.state).toMatchObject({ fault: seen });
    }
  });

  test("never ends once it has been live", () => {
    const bench = new Bench({ reconnect: { maxAttempts: 2 } }).live().loseLive();
    for (let linkId = 2; linkId < 50; linkId++) {
      bench.do(
        { type: "timer", timer: "retry" },
        { type: "dial-failed", linkId, fault: unreachable, atLeastMs: 0 },
      );
      expect(bench.state.status).toBe("reconnecting");
    }
  });

  test("is slow at once when trying again can't help", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: fault("auth-rejected"), atLeastMs: 0 },
    );
    expect(bench.state).toMatchObject({ status: "failed", fault: { kind: "auth-rejected" } });
    expect(bench.do({ type: "start" }).deeds).toContainEqual({
      type: "dial",
      linkId: 2,
      attempt: 1,
      replacedMs: null,
    });
    expect(bench.state).toMatchObject({ status: "connecting", failedAttempts: 0, fault: null });
  });

  test("of an earlier link is nobody's business", () => {
    const bench = new Bench().live().do({ type: "dial-failed", linkId: 0, fault: unreachable, atLeastMs: 0 });
    expect(bench.state.status).toBe("live");
  });
});

describe("finding out more", () => {
  const refused = fault("refused");

  test("a better fault replaces what was seen, and stays through the next like attempts", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, atLeastMs: 0 },
    );
    bench.do({ type: "refined", seen: unreachable, fault: refused });
    expect(bench.state).toMatchObject({ fault: refused });
    bench.do(
      { type: "timer", timer: "retry" },
      { type: "dial-failed", linkId: 2, fault: unreachable, atLeastMs: 0 },
    );
    expect(bench.state).toMatchObject({ fault: refused });
    bench.do(
      { type: "timer", timer: "retry" },
      { type: "dial-failed", linkId: 3, fault: fault("timeout"), atLeastMs: 0 },
    );
    expect(bench.state).toMatchObject({ fault: { kind: "timeout" } });
  });

  test("holds for what servers show that fail in turns, whichever of them failed last", () => {
    const late = fault("timeout");
    const bench = new Bench().do({ type: "start" }, FAILED(1), { type: "timer", timer: "retry" });
    bench.do(FAILED(2, late));
    const before = bench.state;
    bench.do({ type: "refined", seen: unreachable, fault: refused });
    expect(bench.state).toBe(before);
    expect(bench.effects).toEqual([{ type: "log", event: { type: "fault-refined", fault: refused } }]);
    bench.do({ type: "timer", timer: "retry" }, FAILED(3));
    expect(bench.state).toMatchObject({ fault: refused });
    bench.do({ type: "timer", timer: "retry" }, FAILED(4, late));
    expect(bench.state).toMatchObject({ fault: late });
    bench.do({ type: "mended", seen: unreachable });
    expect(bench.deeds).toContainEqual({ type: "dial", linkId: 5, attempt: 5, replacedMs: null });
  });

  test("alone is kept: what only was seen gives way to what is seen after something else", () => {
    const at = (server: string, errText: string) => fault("unknown", { server, errText });
    const bench = new Bench().do({ type: "start" }, FAILED(1, at("ws://a", "first words")));
    bench.do({ type: "timer", timer: "retry" }, FAILED(2), { type: "timer", timer: "retry" });
    const last = at("ws://c", "other words");
    expect(bench.do(FAILED(3, last)).state).toMatchObject({ fault: last });
  });

  test.each([
    ["was found by the same word, also with another fault between", fault("unknown"), true],
    ["was found with the words of another server", fault("unknown", { errText: "other words" }), false],
  ])("gives way to what a server itself says where it %s", (_, looked, isBetween) => {
    const edge = { status: "warn", time: "2026-11-24T12:00:00Z" } as const;
    const found = { ...looked, evidence: { ...looked.evidence, edge } };
    const own = fault("unknown", { server: "ws://c", errText: "Account Connection Limit" });
    const bench = new Bench().do({ type: "start" }, FAILED(1, looked));
    bench.do({ type: "refined", seen: looked, fault: found }, { type: "timer", timer: "retry" });
    bench.do(FAILED(2, isBetween ? fault("timeout") : looked), { type: "timer", timer: "retry" });
    if (!isBetween) expect(bench.state).toMatchObject({ fault: found });
    expect(bench.do(FAILED(3, own)).state).toMatchObject({ fault: own });
  });

  test.each([
    ["-ERR", fault("timeout", { errText: "Authentication Timeout" })],
    ["a close reason", fault("timeout", { closeReason: "Authentication Timeout" })],
    ["what it answers instead of NATS", fault("timeout", { firstBytes: "HTTP/1.1 200 OK" })],
  ])(
    "is less than what a server itself says by %s, also where nobody looked, or only then found as much",
    (_, own) => {
      const late = fault("timeout", { waitedMs: 5000 }, "likely");
      const bench = new Bench().do({ type: "start" }, FAILED(1, late), { type: "timer", timer: "retry" });
      expect(bench.do(FAILED(2, own)).state).toMatchObject({ fault: own });
      const edge = { status: "fail", fault: "timeout", time: "2026-11-24T12:00:00Z" } as const;
      const found = fault("timeout", { ...late.evidence, edge });
      expect(bench.do({ type: "refined", seen: late, fault: found }).state).toMatchObject({ fault: own });
      // Who says nothing takes nothing back.
      bench.do({ type: "timer", timer: "retry" }, FAILED(3, late));
      expect(bench.state).toMatchObject({ fault: own });
    },
  );

  test("keeps what it found in another way, whatever words came with the failure", () => {
    const bench = new Bench().do({ type: "start" }, FAILED(1));
    bench.do({ type: "refined", seen: unreachable, fault: refused }, { type: "timer", timer: "retry" });
    bench.do(FAILED(2, fault("unreachable", { closeReason: "words" })));
    expect(bench.state).toMatchObject({ fault: refused });
  });

  test("ends the attempts when it shows that they are in vain", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, atLeastMs: 0 },
    );
    bench.do({ type: "refined", seen: unreachable, fault: fault("wrong-port") });
    expect(bench.state).toMatchObject({ status: "failed", fault: { kind: "wrong-port" } });
    expect(bench.deeds).toEqual([{ type: "set-timer", timer: "retry", delayMs: 45_000 }]);
  });

  const wrongPort: Event = { type: "refined", seen: unreachable, fault: fault("wrong-port") };
  test.each<[string, readonly Event[]]>([
    [
      "another fault is shown",
      [FAILED(2, fault("timeout")), wrongPort, { type: "timer", timer: "retry" }, FAILED(3)],
    ],
    ["an attempt is under way", [wrongPort, FAILED(2)]],
  ])("ends them at its fault's next turn where it shows that while %s", (_, events) => {
    const bench = new Bench().do({ type: "start" }, FAILED(1), { type: "timer", timer: "retry" });
    bench.do(...events);
    expect(bench.state).toMatchObject({ status: "failed", fault: { kind: "wrong-port" } });
    expect(bench.deeds).toContainEqual({ type: "set-timer", timer: "retry", delayMs: 45_000 });
  });

  test("long ago ends them no more: what fails now may be another thing that looks the same", () => {
    const bench = new Bench().do({ type: "start" }, FAILED(1), { type: "network", online: false }, wrongPort);
    bench.nowMs += 3_600_000;
    bench.do({ type: "network", online: true }, FAILED(2));
    expect(bench.state).toMatchObject({ status: "connecting", fault: { kind: "wrong-port" } });
    bench.do(wrongPort);
    expect(bench.state).toMatchObject({ status: "failed" });
  });

  test("is kept though another fault is shown between, also where it explains itself by the same word", () => {
    const edge = { status: "warn", time: "2026-11-24T12:00:00Z" } as const;
    const richer = fault("unreachable", { closeCode: 1006, edge }, "possible");
    const bench = new Bench().do({ type: "start" }, FAILED(1));
    bench.do({ type: "refined", seen: unreachable, fault: richer }, { type: "timer", timer: "retry" });
    bench.do(FAILED(2, fault("timeout")), { type: "timer", timer: "retry" }, FAILED(3));
    expect(bench.state).toMatchObject({ fault: richer });
  });

  test("doesn't cut a wait short that whoever gives credentials asked for", () => {
    const asked = fault("token-source", { retryAfterMs: 600_000 });
    const bench = new Bench().do({ type: "start" }, FAILED(1), { type: "timer", timer: "retry" });
    bench.do({ ...FAILED(2, asked), atLeastMs: 600_000 });
    bench.do({ type: "refined", seen: unreachable, fault: fault("wrong-port") });
    expect(bench.state).toMatchObject({ nextAttemptAtMs: 601_000, fault: { kind: "wrong-port" } });
    expect(bench.do({ type: "wake" }).deeds).toEqual([]);
  });

  test("of a fault that has been explained otherwise since concerns nobody", () => {
    const notLoaded: Fault = { ...fault("unknown"), explanation: "not-loaded" };
    const bench = new Bench().do({ type: "start" }, FAILED(1, notLoaded));
    bench.do({ type: "refined", seen: fault("unknown"), fault: refused });
    expect(bench.state).toMatchObject({ fault: notLoaded });
    expect(bench.do({ type: "mended", seen: fault("unknown") }).deeds).toEqual([]);
  });

  test("comes too late for a link that is live again", () => {
    const bench = new Bench().live().do({ type: "refined", seen: unreachable, fault: refused });
    expect(bench.state.status).toBe("live");
  });
});

describe("offline", () => {
  test("waits without burning attempts, and dials when the network is back", () => {
    const bench = new Bench().do({ type: "network", online: false }, { type: "start" });
    expect(bench.deeds).toEqual([]);
    expect(bench.state).toMatchObject({
      status: "connecting",
      waitingForNetwork: true,
      fault: { kind: "offline" },
    });
    bench.do({ type: "network", online: true });
    expect(bench.deeds).toEqual([{ type: "dial", linkId: 1, attempt: 1, replacedMs: null }]);
  });

  test("is not believed by a user who reconnects; that the network is back is news all the same", () => {
    const offline = () => new Bench().do({ type: "network", online: false }, { type: "start" });
    const doubted = offline().do({ type: "reconnect" }, FAILED(1));
    expect(doubted.state).toMatchObject({ waitingForNetwork: false, nextAttemptAtMs: 2050 });
    doubted.do({ type: "network", online: true });
    expect(doubted.deeds).toContainEqual({ type: "dial", linkId: 2, attempt: 2, replacedMs: null });
    const again = offline().do({ type: "reconnect" }, FAILED(1), { type: "network", online: false });
    expect(again.state).toMatchObject({ waitingForNetwork: true });
  });

  test("ends a countdown, and leaves a live link to its ping", () => {
    const waiting = new Bench().live().loseLive().do({ type: "network", online: false });
    expect(waiting.deeds).toEqual([{ type: "clear-timer", timer: "retry" }]);
    const live = new Bench().live().do({ type: "network", online: false });
    expect(live.state.status).toBe("live");
    expect(live.deeds).toContainEqual({ type: "ping", linkId: 1, timeoutMs: QUICK_TIMEOUT_MS });
  });
});
