import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bench, server, unreachable } from "../../test/support/clients/machine-bench.ts";
import { fault } from "../faults/fault.ts";
import { DEFAULT_TUNABLES, mergeTunables } from "../options.ts";
import { colourOf, type Status, TRANSITIONS } from "../state.ts";
import type { Event } from "./model.ts";

describe("start", () => {
  test("dials at once, and is live when the link opens", () => {
    const bench = new Bench().do({ type: "start" });
    expect(bench.effects).toEqual([{ type: "dial", linkId: 1, attempt: 1, replacedExpiryMs: null }]);
    expect(bench.state).toMatchObject({ status: "connecting", attempt: 1, failedAttempts: 0, fault: null });
    expect(colourOf(bench.state)).toBe("amber");
    bench.do({ type: "opened", linkId: 1, server, lifetime: null });
    expect(bench.state).toMatchObject({ status: "live", server });
    expect(bench.effects).toEqual([
      { type: "attach", linkId: 1 },
      { type: "set-timer", timer: "ping", delayMs: 20_000 },
      { type: "set-timer", timer: "stable", delayMs: 5000 },
      { type: "clear-timer", timer: "handover" },
    ]);
  });

  test("while connecting, live or waiting changes nothing", () => {
    for (const bench of [
      new Bench().do({ type: "start" }),
      new Bench().live(),
      new Bench().live().loseLive(),
    ]) {
      const before = bench.machine;
      bench.do({ type: "start" });
      expect(bench.machine).toBe(before);
      expect(bench.allEffects).toEqual([]);
    }
  });

  test("while stopping waits until the old link has closed before it dials", () => {
    const bench = new Bench().live().do({ type: "stop" }, { type: "start" });
    expect(bench.effects).toEqual([]);
    expect(bench.state.status).toBe("connecting");
    bench.do({ type: "closed", outcome: "drained" });
    expect(bench.effects).toEqual([
      { type: "detach", cause: null },
      { type: "dial", linkId: 2, attempt: 1, replacedExpiryMs: null },
    ]);
  });
});

describe("stop", () => {
  test("before the first start changes nothing", () => {
    expect(new Bench().do({ type: "stop" }).state.status).toBe("idle");
  });

  test("drains a live link and clears its timers", () => {
    const bench = new Bench().live().do({ type: "stop" });
    expect(bench.effects).toEqual([
      { type: "clear-timer", timer: "ping" },
      { type: "clear-timer", timer: "stable" },
      { type: "clear-timer", timer: "handover" },
      { type: "close-links" },
    ]);
    expect(bench.state.status).toBe("stopping");
    expect(bench.do({ type: "closed", outcome: "cut" }).state.status).toBe("stopped");
  });

  test("aborts a dial, and ignores a link that opens nevertheless", () => {
    const bench = new Bench().do({ type: "start" }, { type: "stop" });
    expect(bench.effects).toEqual([{ type: "abandon", linkId: 1, how: "properly" }, { type: "close-links" }]);
    expect(bench.do({ type: "opened", linkId: 1, server, lifetime: null }).state.status).toBe("stopping");
    expect(bench.do({ type: "closed", outcome: "nothing-open" }).state.status).toBe("stopped");
  });

  test("ends a countdown at once", () => {
    const bench = new Bench().live().loseLive().do({ type: "stop" });
    // An earlier link may still be open for the reply to a request.
    expect(bench.effects).toEqual([{ type: "clear-timer", timer: "retry" }, { type: "close-links" }]);
    expect(bench.state.status).toBe("stopping");
    bench.do({ type: "closed", outcome: "nothing-open" });
    expect(bench.state).toEqual({ status: "stopped", sinceMs: 1000, outcome: "nothing-open" });
  });

  test("shows no fault, even if the link was lost while draining", () => {
    const bench = new Bench().live().do({ type: "stop" });
    bench.loseLive().do({ type: "closed", outcome: "cut" });
    expect(bench.state).toEqual({ status: "stopped", sinceMs: 1000, outcome: "cut" });
  });
});

describe("configure", () => {
  test("a shorter delay shortens the countdown under way", () => {
    const bench = new Bench({ reconnect: { baseDelayMs: 20_000 } }).do({ type: "start" });
    bench.do({ type: "dial-failed", linkId: 1, fault: unreachable, minDelayMs: 0 });
    expect(bench.state).toMatchObject({ nextAttemptAtMs: 18_500 });
    const tunables = mergeTunables(DEFAULT_TUNABLES, { reconnect: { maxDelayMs: 2000, baseDelayMs: 2000 } });
    bench.do({ type: "configure", tunables });
    expect(bench.state).toMatchObject({ nextAttemptAtMs: 3000 });
    expect(bench.effects).toEqual([{ type: "set-timer", timer: "retry", delayMs: 2000 }]);
  });

  test("a longer delay leaves the countdown alone; a ping interval applies at once", () => {
    const waiting = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, minDelayMs: 0 },
    );
    const slower = mergeTunables(DEFAULT_TUNABLES, { reconnect: { baseDelayMs: 9000 } });
    expect(waiting.do({ type: "configure", tunables: slower }).effects).toEqual([]);
    const live = new Bench().live();
    live.do({ type: "configure", tunables: mergeTunables(DEFAULT_TUNABLES, { pingIntervalMs: 1000 }) });
    expect(live.effects).toEqual([{ type: "set-timer", timer: "ping", delayMs: 1000 }]);
  });
});

test("random events in random order cause only transitions of the table", () => {
  const linkId = fc.integer({ min: 1, max: 4 });
  const reason = fc.constantFrom(unreachable, fault("auth-rejected"), fault("token-source"), fault("stale"));
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.constantFrom<Event[]>(
      { type: "start" },
      { type: "stop" },
      { type: "reconnect" },
      { type: "wake" },
      { type: "configure", tunables: DEFAULT_TUNABLES },
      { type: "timer", timer: "retry" },
      { type: "timer", timer: "handover" },
    ),
    fc.record({ type: fc.constant("network" as const), online: fc.boolean() }),
    fc.record({ type: fc.constantFrom("alive", "quiet", "lame-duck", "overlapped", "retired"), linkId }),
    fc.record({
      type: fc.constant("opened" as const),
      linkId,
      server: fc.constant(server),
      lifetime: fc.constant(null),
    }),
    fc.record({ type: fc.constant("lost" as const), linkId, fault: reason }),
    fc.record({
      type: fc.constant("dial-failed" as const),
      linkId,
      fault: reason,
      minDelayMs: fc.constant(0),
    }),
    fc.record({ type: fc.constant("closed" as const), outcome: fc.constant("cut" as const) }),
    fc.record({ type: fc.constant("refined" as const), seen: reason, fault: reason }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const bench = new Bench();
      for (const one of events) {
        const from = bench.state.status;
        const to = bench.do(one).state.status;
        const ways: readonly Status[] = Object.values(TRANSITIONS[from]);
        expect(from === to || ways.includes(to), `${from} -> ${to}`).toBe(true);
      }
    }),
  );
});
