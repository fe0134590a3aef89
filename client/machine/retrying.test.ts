import { describe, expect, test } from "vitest";
import { Bench, FAILED, server, unreachable } from "../../test/support/clients/machine-bench.ts";
import { type Fault, fault } from "../faults/fault.ts";
import { DEFAULT_TUNABLES } from "../options.ts";
import { colourOf } from "../state.ts";
import { QUICK_TIMEOUT_MS } from "./alive.ts";
import type { Event } from "./model.ts";

describe("a dial that fails", () => {
  test("is red with its fault at once, and starts the countdown to the next attempt", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, minDelayMs: 0 },
    );
    expect(bench.state).toMatchObject({
      status: "connecting",
      attempt: 2,
      failedAttempts: 1,
      nextAttemptAtMs: 2050,
      fault: unreachable,
    });
    expect(colourOf(bench.state)).toBe("red");
    expect(bench.effects).toEqual([
      { type: "set-timer", timer: "retry", delayMs: 1050 },
      { type: "investigate", fault: unreachable },
    ]);
    expect(bench.do({ type: "timer", timer: "retry" }).effects).toEqual([
      { type: "dial", linkId: 2, attempt: 2, replacedExpiryMs: null },
    ]);
  });

  test("is retried slowly once the first connect has used up maxAttempts", () => {
    const bench = new Bench({ reconnect: { maxAttempts: 2 } }).do({ type: "start" });
    bench.do(FAILED(1), { type: "timer", timer: "retry" }, FAILED(2));
    expect(bench.state).toMatchObject({
      status: "failed",
      fault: unreachable,
      failedAttempts: 2,
      nextAttemptAtMs: 46_000,
    });
    expect(bench.effects).toContainEqual({ type: "set-timer", timer: "retry", delayMs: 45_000 });
    bench.do({ type: "timer", timer: "retry" });
    expect(bench.state).toMatchObject({ status: "failed", nextAttemptAtMs: null });
    expect(bench.do(FAILED(3)).state).toMatchObject({ status: "failed", failedAttempts: 3 });
    bench.do({ type: "timer", timer: "retry" }, { type: "opened", linkId: 4, server, lifetime: null });
    expect(bench.state.status).toBe("live");
  });

  test("is retried at once on a wake, on new settings, or when an investigation finds the fault gone", () => {
    const events: readonly Event[] = [
      { type: "wake" },
      { type: "configure", tunables: DEFAULT_TUNABLES },
      { type: "fault-gone", seen: fault("auth-rejected") },
    ];
    for (const event of events) {
      const bench = new Bench().do({ type: "start" }, FAILED(1, fault("auth-rejected")), event);
      expect(bench.effects).toContainEqual({ type: "dial", linkId: 2, attempt: 2, replacedExpiryMs: null });
      expect(bench.state).toMatchObject({ status: "failed", nextAttemptAtMs: null });
    }
  });

  test("is not retried before the minimum delay", () => {
    const bench = new Bench().do(
      { type: "start" },
      { ...FAILED(1, fault("token-source")), minDelayMs: 7000 },
    );
    expect(bench.state).toMatchObject({ status: "connecting", nextAttemptAtMs: 8000 });
  });

  test("keeps to the pause that the credentials source asked for, unless the user reconnects or the network changes", () => {
    const asked = fault("token-source", { retryAfterMs: 7000 });
    const events: Event[] = [
      { type: "wake" },
      { type: "configure", tunables: DEFAULT_TUNABLES },
      { type: "fault-gone", seen: asked },
    ];
    for (const event of events) {
      const bench = new Bench().do({ type: "start" }, { ...FAILED(1, asked), minDelayMs: 7000 });
      bench.nowMs += 2000;
      expect(bench.do(event).state).toMatchObject({ status: "connecting", nextAttemptAtMs: 8000 });
      bench.nowMs += 5000;
      bench.do({ type: "timer", timer: "retry" });
      expect(bench.effects).toContainEqual({ type: "dial", linkId: 2, attempt: 2, replacedExpiryMs: null });
    }
    // The timer stood still while the device slept.
    const slept = new Bench().do({ type: "start" }, { ...FAILED(1, asked), minDelayMs: 7000 });
    slept.nowMs += 3_600_000;
    expect(slept.do({ type: "wake" }).effects).toContainEqual(expect.objectContaining({ type: "dial" }));
    const networks: Event[] = [
      { type: "network", online: false },
      { type: "network", online: true },
    ];
    for (const sooner of [[{ type: "reconnect" } as const], networks]) {
      const bench = new Bench().do({ type: "start" }, { ...FAILED(1, asked), minDelayMs: 7000 });
      expect(bench.do(...sooner).effects).toContainEqual(expect.objectContaining({ type: "dial" }));
    }
  });

  test("because there are no credentials doesn't hide a fault of NATS", () => {
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

  test("shows why there are no credentials if that is known, whatever fault was shown before", () => {
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

  test("is retried for ever once the client has been live", () => {
    const bench = new Bench({ reconnect: { maxAttempts: 2 } }).live().loseLive();
    for (let linkId = 2; linkId < 50; linkId++) {
      bench.do(
        { type: "timer", timer: "retry" },
        { type: "dial-failed", linkId, fault: unreachable, minDelayMs: 0 },
      );
      expect(bench.state.status).toBe("reconnecting");
    }
  });

  test("is retried slowly from the start if its fault can't be retried", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: fault("auth-rejected"), minDelayMs: 0 },
    );
    expect(bench.state).toMatchObject({ status: "failed", fault: { kind: "auth-rejected" } });
    expect(bench.do({ type: "start" }).effects).toContainEqual({
      type: "dial",
      linkId: 2,
      attempt: 1,
      replacedExpiryMs: null,
    });
    expect(bench.state).toMatchObject({ status: "connecting", failedAttempts: 0, fault: null });
  });

  test("is ignored if it belongs to an earlier link", () => {
    const bench = new Bench()
      .live()
      .do({ type: "dial-failed", linkId: 0, fault: unreachable, minDelayMs: 0 });
    expect(bench.state.status).toBe("live");
  });
});

describe("an investigation", () => {
  const refused = fault("refused");

  test("replaces the fault that was seen, also for later attempts that fail the same way", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, minDelayMs: 0 },
    );
    bench.do({ type: "refined", seen: unreachable, fault: refused });
    expect(bench.state).toMatchObject({ fault: refused });
    bench.do(
      { type: "timer", timer: "retry" },
      { type: "dial-failed", linkId: 2, fault: unreachable, minDelayMs: 0 },
    );
    expect(bench.state).toMatchObject({ fault: refused });
    bench.do(
      { type: "timer", timer: "retry" },
      { type: "dial-failed", linkId: 3, fault: fault("timeout"), minDelayMs: 0 },
    );
    expect(bench.state).toMatchObject({ fault: { kind: "timeout" } });
  });

  test("refines its fault also while another is shown, as when servers fail in different ways", () => {
    const late = fault("timeout");
    const bench = new Bench().do({ type: "start" }, FAILED(1), { type: "timer", timer: "retry" });
    bench.do(FAILED(2, late));
    const before = bench.state;
    bench.do({ type: "refined", seen: unreachable, fault: refused });
    expect(bench.state).toBe(before);
    expect(bench.allEffects).toEqual([{ type: "log", event: { type: "fault-refined", fault: refused } }]);
    bench.do({ type: "timer", timer: "retry" }, FAILED(3));
    expect(bench.state).toMatchObject({ fault: refused });
    bench.do({ type: "timer", timer: "retry" }, FAILED(4, late));
    expect(bench.state).toMatchObject({ fault: late });
    bench.do({ type: "fault-gone", seen: unreachable });
    expect(bench.effects).toContainEqual({ type: "dial", linkId: 5, attempt: 5, replacedExpiryMs: null });
  });

  test("is needed to keep a fault: one merely seen gives way once another fault was shown since", () => {
    const at = (server: string, errText: string) => fault("unknown", { server, errText });
    const bench = new Bench().do({ type: "start" }, FAILED(1, at("ws://a", "first words")));
    bench.do({ type: "timer", timer: "retry" }, FAILED(2), { type: "timer", timer: "retry" });
    const last = at("ws://c", "other words");
    expect(bench.do(FAILED(3, last)).state).toMatchObject({ fault: last });
  });

  test.each([
    ["has the same explanation, even if another fault came in between", fault("unknown"), true],
    ["quotes another server", fault("unknown", { errText: "other words" }), false],
  ])("gives way to a server's own words if its result %s", (_, looked, isBetween) => {
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
    ["bytes that aren't NATS", fault("timeout", { firstBytes: "HTTP/1.1 200 OK" })],
  ])("doesn't replace a server's own words in %s, and nor does a later attempt without any", (_, own) => {
    const late = fault("timeout", { waitedMs: 5000 }, "likely");
    const bench = new Bench().do({ type: "start" }, FAILED(1, late), { type: "timer", timer: "retry" });
    expect(bench.do(FAILED(2, own)).state).toMatchObject({ fault: own });
    const edge = { status: "fail", fault: "timeout", time: "2026-11-24T12:00:00Z" } as const;
    const found = fault("timeout", { ...late.evidence, edge });
    expect(bench.do({ type: "refined", seen: late, fault: found }).state).toMatchObject({ fault: own });
    // An attempt without a server's words takes nothing back.
    bench.do({ type: "timer", timer: "retry" }, FAILED(3, late));
    expect(bench.state).toMatchObject({ fault: own });
  });

  test("keeps a result with another explanation, whatever words come with the next failure", () => {
    const bench = new Bench().do({ type: "start" }, FAILED(1));
    bench.do({ type: "refined", seen: unreachable, fault: refused }, { type: "timer", timer: "retry" });
    bench.do(FAILED(2, fault("unreachable", { closeReason: "words" })));
    expect(bench.state).toMatchObject({ fault: refused });
  });

  test("slows the attempts down when its result can't be retried", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, minDelayMs: 0 },
    );
    bench.do({ type: "refined", seen: unreachable, fault: fault("wrong-port") });
    expect(bench.state).toMatchObject({ status: "failed", fault: { kind: "wrong-port" } });
    expect(bench.effects).toEqual([{ type: "set-timer", timer: "retry", delayMs: 45_000 }]);
  });

  const wrongPort: Event = { type: "refined", seen: unreachable, fault: fault("wrong-port") };
  test.each<[string, readonly Event[]]>([
    [
      "another fault is shown",
      [FAILED(2, fault("timeout")), wrongPort, { type: "timer", timer: "retry" }, FAILED(3)],
    ],
    ["an attempt is under way", [wrongPort, FAILED(2)]],
  ])("slows the attempts down when its fault is next shown, if it ends while %s", (_, events) => {
    const bench = new Bench().do({ type: "start" }, FAILED(1), { type: "timer", timer: "retry" });
    bench.do(...events);
    expect(bench.state).toMatchObject({ status: "failed", fault: { kind: "wrong-port" } });
    expect(bench.effects).toContainEqual({ type: "set-timer", timer: "retry", delayMs: 45_000 });
  });

  test("that ended long ago doesn't slow the attempts down: the cause may be another one now", () => {
    const bench = new Bench().do({ type: "start" }, FAILED(1), { type: "network", online: false }, wrongPort);
    bench.nowMs += 3_600_000;
    bench.do({ type: "network", online: true }, FAILED(2));
    expect(bench.state).toMatchObject({ status: "connecting", fault: { kind: "wrong-port" } });
    bench.do(wrongPort);
    expect(bench.state).toMatchObject({ status: "failed" });
  });

  test("keeps its result while another fault is shown, also with an unchanged explanation", () => {
    const edge = { status: "warn", time: "2026-11-24T12:00:00Z" } as const;
    const richer = fault("unreachable", { closeCode: 1006, edge }, "possible");
    const bench = new Bench().do({ type: "start" }, FAILED(1));
    bench.do({ type: "refined", seen: unreachable, fault: richer }, { type: "timer", timer: "retry" });
    bench.do(FAILED(2, fault("timeout")), { type: "timer", timer: "retry" }, FAILED(3));
    expect(bench.state).toMatchObject({ fault: richer });
  });

  test("doesn't cut short a pause that the credentials source asked for", () => {
    const asked = fault("token-source", { retryAfterMs: 600_000 });
    const bench = new Bench().do({ type: "start" }, FAILED(1), { type: "timer", timer: "retry" });
    bench.do({ ...FAILED(2, asked), minDelayMs: 600_000 });
    bench.do({ type: "refined", seen: unreachable, fault: fault("wrong-port") });
    expect(bench.state).toMatchObject({ nextAttemptAtMs: 601_000, fault: { kind: "wrong-port" } });
    expect(bench.do({ type: "wake" }).effects).toEqual([]);
  });

  test("of a fault with another explanation is ignored", () => {
    const notLoaded: Fault = { ...fault("unknown"), explanation: "not-loaded" };
    const bench = new Bench().do({ type: "start" }, FAILED(1, notLoaded));
    bench.do({ type: "refined", seen: fault("unknown"), fault: refused });
    expect(bench.state).toMatchObject({ fault: notLoaded });
    expect(bench.do({ type: "fault-gone", seen: fault("unknown") }).effects).toEqual([]);
  });

  test("is ignored once the link is live again", () => {
    const bench = new Bench().live().do({ type: "refined", seen: unreachable, fault: refused });
    expect(bench.state.status).toBe("live");
  });
});

describe("offline", () => {
  test("waits without using up attempts, and dials when the network is back", () => {
    const bench = new Bench().do({ type: "network", online: false }, { type: "start" });
    expect(bench.effects).toEqual([]);
    expect(bench.state).toMatchObject({
      status: "connecting",
      waitingForNetwork: true,
      fault: { kind: "offline" },
    });
    bench.do({ type: "network", online: true });
    expect(bench.effects).toEqual([{ type: "dial", linkId: 1, attempt: 1, replacedExpiryMs: null }]);
  });

  test("doesn't keep reconnect() from dialling; a later report of the network still counts", () => {
    const offline = () => new Bench().do({ type: "network", online: false }, { type: "start" });
    const doubted = offline().do({ type: "reconnect" }, FAILED(1));
    expect(doubted.state).toMatchObject({ waitingForNetwork: false, nextAttemptAtMs: 2050 });
    doubted.do({ type: "network", online: true });
    expect(doubted.effects).toContainEqual({ type: "dial", linkId: 2, attempt: 2, replacedExpiryMs: null });
    const again = offline().do({ type: "reconnect" }, FAILED(1), { type: "network", online: false });
    expect(again.state).toMatchObject({ waitingForNetwork: true });
  });

  test("ends a countdown, and leaves a live link to its ping", () => {
    const waiting = new Bench().live().loseLive().do({ type: "network", online: false });
    expect(waiting.effects).toEqual([{ type: "clear-timer", timer: "retry" }]);
    const live = new Bench().live().do({ type: "network", online: false });
    expect(live.state.status).toBe("live");
    expect(live.effects).toContainEqual({ type: "ping", linkId: 1, timeoutMs: QUICK_TIMEOUT_MS });
  });
});
