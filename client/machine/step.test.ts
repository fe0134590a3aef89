import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fault, fault } from "../faults/fault.ts";
import { DEFAULT_TUNABLES, mergeTunables, type PartialTunables } from "../options.ts";
import { colourOf, type ServerInfo, type Status, TRANSITIONS } from "../state.ts";
import { QUICK_TIMEOUT_MS } from "./handover.ts";
import type { Effect, Event, Machine } from "./model.ts";
import { idleMachine, step } from "./step.ts";

const server: ServerInfo = {
  url: "ws://a",
  serverName: "a",
  version: "2.15.1",
  clientId: 1,
  maxPayloadBytes: 1024,
  jetStream: false,
};
const unreachable = fault("unreachable", { closeCode: 1006 }, "possible");

const FAILED = (linkId: number, reason: Fault = unreachable) =>
  ({ type: "dial-failed", linkId, fault: reason, atLeastMs: 0 }) as const;

/** A machine with a hand on its clock: `random` is 0.5 throughout, so that delays are half their bounds. */
class Bench {
  machine: Machine;
  effects: readonly Effect[] = [];
  nowMs = 1000;

  constructor(changes: PartialTunables = {}) {
    this.machine = idleMachine(mergeTunables(DEFAULT_TUNABLES, changes), this.nowMs);
  }

  do(...events: Event[]): this {
    for (const event of events) {
      const next = step(this.machine, event, { nowMs: this.nowMs, random: 0.5 });
      this.machine = next.machine;
      this.effects = next.effects;
    }
    return this;
  }

  get state() {
    return this.machine.phase.shown;
  }

  /** What was to be done after the last event, without the log, and without an end to what wasn't begun. */
  get deeds(): readonly Effect[] {
    return this.effects.filter(({ type }) => type !== "log" && type !== "end-investigation");
  }

  live(): this {
    return this.do({ type: "start" }, { type: "opened", linkId: 1, server, lifetime: null });
  }

  loseLive(reason: Fault = unreachable): this {
    return this.do({ type: "lost", linkId: 1, fault: reason });
  }
}

describe("start", () => {
  test("dials at once, and is live when the link opens", () => {
    const bench = new Bench().do({ type: "start" });
    expect(bench.deeds).toEqual([{ type: "dial", linkId: 1, attempt: 1, renews: false }]);
    expect(bench.state).toMatchObject({ status: "connecting", attempt: 1, failedAttempts: 0, fault: null });
    expect(colourOf(bench.state)).toBe("amber");
    bench.do({ type: "opened", linkId: 1, server, lifetime: null });
    expect(bench.state).toMatchObject({ status: "live", server });
    expect(bench.deeds).toEqual([
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
      expect(bench.effects).toEqual([]);
    }
  });

  test("while closing waits for the old link before it dials anew", () => {
    const bench = new Bench().live().do({ type: "stop" }, { type: "start" });
    expect(bench.deeds).toEqual([]);
    expect(bench.state.status).toBe("connecting");
    bench.do({ type: "closed", linkId: 1, outcome: "drained" });
    expect(bench.deeds).toEqual([
      { type: "detach", cause: null },
      { type: "dial", linkId: 2, attempt: 1, renews: false },
    ]);
  });
});

describe("stop", () => {
  test("when never started leaves idle as it is", () => {
    expect(new Bench().do({ type: "stop" }).state.status).toBe("idle");
  });

  test("drains a live link and clears its timers", () => {
    const bench = new Bench().live().do({ type: "stop" });
    expect(bench.deeds).toEqual([
      { type: "clear-timer", timer: "ping" },
      { type: "clear-timer", timer: "stable" },
      { type: "clear-timer", timer: "handover" },
      { type: "close-link", linkId: 1 },
    ]);
    expect(bench.state.status).toBe("stopping");
    expect(bench.do({ type: "closed", linkId: 1, outcome: "cut" }).state.status).toBe("stopped");
  });

  test("aborts a dial, and a link that opens all the same is not taken up", () => {
    const bench = new Bench().do({ type: "start" }, { type: "stop" });
    expect(bench.deeds).toEqual([{ type: "abort-dial", linkId: 1 }]);
    expect(bench.do({ type: "opened", linkId: 1, server, lifetime: null }).state.status).toBe("stopping");
    expect(bench.do({ type: "closed", linkId: 1, outcome: "nothing-open" }).state.status).toBe("stopped");
  });

  test("ends a countdown at once", () => {
    const bench = new Bench().live().loseLive().do({ type: "stop" });
    expect(bench.state.status).toBe("stopped");
    expect(bench.deeds).toEqual([{ type: "clear-timer", timer: "retry" }]);
  });

  test("shows no fault, whatever the link did while it was draining", () => {
    const bench = new Bench().live().do({ type: "stop" });
    bench.loseLive().do({ type: "closed", linkId: 1, outcome: "cut" });
    expect(bench.state).toEqual({ status: "stopped", sinceMs: 1000, outcome: "cut" });
  });
});

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
      nextAttemptAtMs: 2013,
      fault: unreachable,
    });
    expect(colourOf(bench.state)).toBe("red");
    expect(bench.deeds).toEqual([
      { type: "set-timer", timer: "retry", delayMs: 1013 },
      { type: "investigate", fault: unreachable },
    ]);
    expect(bench.do({ type: "timer", timer: "retry" }).deeds).toEqual([
      { type: "dial", linkId: 2, attempt: 2, renews: false },
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
      expect(bench.deeds).toContainEqual({ type: "dial", linkId: 2, attempt: 2, renews: false });
      expect(bench.state).toMatchObject({ status: "failed", nextAttemptAtMs: null });
    }
  });

  test("waits no less than the source of credentials asks for", () => {
    const bench = new Bench().do({ type: "start" }, { ...FAILED(1, fault("token-source")), atLeastMs: 7000 });
    expect(bench.state).toMatchObject({ status: "connecting", nextAttemptAtMs: 8000 });
  });

  test("for want of credentials doesn't hide what is wrong with NATS", () => {
    const bench = new Bench().live().loseLive(unreachable);
    bench.do({ type: "timer", timer: "retry" }, FAILED(2, fault("token-source")));
    expect(bench.state).toMatchObject({ fault: unreachable });
    const rejected = new Bench().live().loseLive(fault("auth-expired"));
    rejected.do({ type: "timer", timer: "retry" }, FAILED(2, fault("token-source")));
    expect(rejected.state).toMatchObject({ fault: { kind: "token-source" } });
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
      renews: false,
    });
    expect(bench.state).toMatchObject({ status: "connecting", failedAttempts: 0, fault: null });
  });

  test("of an earlier link is nobody's business", () => {
    const bench = new Bench().live().do({ type: "dial-failed", linkId: 0, fault: unreachable, atLeastMs: 0 });
    expect(bench.state.status).toBe("live");
  });
});

describe("a lost link", () => {
  test("is amber, with jitter before the very first redial", () => {
    const bench = new Bench().live().do({ type: "timer", timer: "stable" });
    bench.loseLive();
    expect(bench.state).toMatchObject({ status: "reconnecting", attempt: 1, nextAttemptAtMs: 1500 });
    expect(colourOf(bench.state)).toBe("amber");
    expect(bench.deeds).toContainEqual({ type: "detach", cause: unreachable });
  });

  test("turns red when a redial fails, and counts on", () => {
    const bench = new Bench().live().do({ type: "timer", timer: "stable" }).loseLive();
    bench.do(
      { type: "timer", timer: "retry" },
      { type: "dial-failed", linkId: 2, fault: unreachable, atLeastMs: 0 },
    );
    expect(bench.state).toMatchObject({ status: "reconnecting", attempt: 2, failedAttempts: 1 });
    expect(colourOf(bench.state)).toBe("red");
  });

  test("that was not live for long counts as one more attempt", () => {
    expect(new Bench().live().loseLive().state).toMatchObject({ attempt: 2 });
  });
});

describe("reconnect()", () => {
  test("skips the wait and counts from 1 again", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, atLeastMs: 0 },
    );
    bench.do({ type: "reconnect" });
    expect(bench.deeds).toEqual([
      { type: "clear-timer", timer: "retry" },
      { type: "dial", linkId: 2, attempt: 1, renews: false },
    ]);
    expect(colourOf(bench.state)).toBe("amber");
  });

  test("brings a failed or stopped client back", () => {
    const failed = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: fault("auth-rejected"), atLeastMs: 0 },
    );
    expect(failed.do({ type: "reconnect" }).deeds).toContainEqual({
      type: "dial",
      linkId: 2,
      attempt: 1,
      renews: false,
    });
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

  test("ends the attempts when it shows that they are in vain", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, atLeastMs: 0 },
    );
    bench.do({ type: "refined", seen: unreachable, fault: fault("wrong-port") });
    expect(bench.state).toMatchObject({ status: "failed", fault: { kind: "wrong-port" } });
    expect(bench.deeds).toEqual([{ type: "set-timer", timer: "retry", delayMs: 45_000 }]);
  });

  test("comes too late for a link that is live again", () => {
    const bench = new Bench().live().do({ type: "refined", seen: unreachable, fault: refused });
    expect(bench.state.status).toBe("live");
  });
});

describe("signs of life", () => {
  test("a ping is due, answered, and due again", () => {
    const bench = new Bench().live().do({ type: "timer", timer: "ping" });
    expect(bench.deeds).toEqual([{ type: "ping", linkId: 1, timeoutMs: 5000 }]);
    bench.do({ type: "alive", linkId: 1 });
    expect(bench.deeds).toEqual([{ type: "set-timer", timer: "ping", delayMs: 20_000 }]);
  });

  test("silence ends the link", () => {
    const bench = new Bench().live().do({ type: "silent", linkId: 1, waitedMs: 5000, timeoutMs: 5000 });
    expect(bench.deeds).toEqual([{ type: "give-up", linkId: 1, waitedMs: 5000 }]);
  });

  test("a timer that slept proves nothing: one quick ping more", () => {
    const bench = new Bench().live().do({ type: "silent", linkId: 1, waitedMs: 90_000, timeoutMs: 5000 });
    expect(bench.deeds).toEqual([{ type: "ping", linkId: 1, timeoutMs: QUICK_TIMEOUT_MS }]);
  });

  test("on wake a live link is pinged, and a countdown is skipped", () => {
    expect(new Bench().live().do({ type: "wake" }).deeds).toContainEqual({
      type: "ping",
      linkId: 1,
      timeoutMs: 2500,
    });
    const waiting = new Bench().live().loseLive().do({ type: "wake" });
    expect(waiting.deeds).toContainEqual({ type: "dial", linkId: 2, attempt: 2, renews: false });
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
    expect(bench.deeds).toEqual([{ type: "dial", linkId: 1, attempt: 1, renews: false }]);
  });

  test("ends a countdown, and leaves a live link to its ping", () => {
    const waiting = new Bench().live().loseLive().do({ type: "network", online: false });
    expect(waiting.deeds).toEqual([{ type: "clear-timer", timer: "retry" }]);
    const live = new Bench().live().do({ type: "network", online: false });
    expect(live.state.status).toBe("live");
    expect(live.deeds).toContainEqual({ type: "ping", linkId: 1, timeoutMs: QUICK_TIMEOUT_MS });
  });
});

describe("configure", () => {
  test("a shorter delay shortens the countdown under way", () => {
    const bench = new Bench({ reconnect: { baseDelayMs: 20_000 } }).do({ type: "start" });
    bench.do({ type: "dial-failed", linkId: 1, fault: unreachable, atLeastMs: 0 });
    expect(bench.state).toMatchObject({ nextAttemptAtMs: 16_000 });
    const tunables = mergeTunables(DEFAULT_TUNABLES, { reconnect: { maxDelayMs: 2000, baseDelayMs: 2000 } });
    bench.do({ type: "configure", tunables });
    expect(bench.state).toMatchObject({ nextAttemptAtMs: 3000 });
    expect(bench.deeds).toEqual([{ type: "set-timer", timer: "retry", delayMs: 2000 }]);
  });

  test("a longer delay leaves the countdown alone, a ping interval acts at once", () => {
    const waiting = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, atLeastMs: 0 },
    );
    const slower = mergeTunables(DEFAULT_TUNABLES, { reconnect: { baseDelayMs: 9000 } });
    expect(waiting.do({ type: "configure", tunables: slower }).deeds).toEqual([]);
    const live = new Bench().live();
    live.do({ type: "configure", tunables: mergeTunables(DEFAULT_TUNABLES, { pingIntervalMs: 1000 }) });
    expect(live.deeds).toEqual([{ type: "set-timer", timer: "ping", delayMs: 1000 }]);
  });
});

describe("a busy link that falls silent", () => {
  test("is asked for a sign of life at once, and not before its next silence again", () => {
    const bench = new Bench().live().do({ type: "quiet", linkId: 1 });
    expect(bench.deeds).toEqual([
      { type: "clear-timer", timer: "ping" },
      { type: "ping", linkId: 1, timeoutMs: QUICK_TIMEOUT_MS },
    ]);
    expect(bench.do({ type: "quiet", linkId: 7 }).deeds).toEqual([]);
  });
});

test("whatever happens in whatever order, each move is in the table", () => {
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
      atLeastMs: fc.constant(0),
    }),
    fc.record({ type: fc.constant("closed" as const), linkId, outcome: fc.constant("cut" as const) }),
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
