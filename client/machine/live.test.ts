import { describe, expect, test } from "vitest";
import { Bench, unreachable } from "../../test/support/clients/machine-bench.ts";
import { fault } from "../faults/fault.ts";
import { colourOf } from "../state.ts";
import { QUICK_TIMEOUT_MS } from "./alive.ts";

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
      { type: "dial", linkId: 2, attempt: 1, replacedMs: null },
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
      replacedMs: null,
    });
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
    expect(waiting.deeds).toContainEqual({ type: "dial", linkId: 2, attempt: 2, replacedMs: null });
  });
});

describe("a link that is lost before it has answered since a wake", () => {
  const stable = () => new Bench().live().do({ type: "timer", timer: "stable" });

  test("is followed by another at once", () => {
    const woken = stable().do({ type: "wake" });
    const online = stable().do({ type: "network", online: false }, { type: "network", online: true });
    for (const bench of [woken, online])
      expect(bench.loseLive().deeds).toContainEqual({ type: "set-timer", timer: "retry", delayMs: 0 });
  });

  test("waits its turn once it has answered, where it had just come, and where waiting alone cures nothing", () => {
    const wait = (bench: Bench) => bench.deeds.flatMap((deed) => ("delayMs" in deed ? [deed.delayMs] : []));
    const answered = stable().do({ type: "wake" }, { type: "alive", linkId: 1 });
    expect(wait(answered.loseLive())).toEqual([500]);
    expect(wait(new Bench().live().do({ type: "wake" }).loseLive())).toEqual([900]);
    expect(wait(stable().do({ type: "wake" }).loseLive(fault("auth-revoked")))).toEqual([30_000]);
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
