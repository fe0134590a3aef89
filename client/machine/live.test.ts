import { describe, expect, test } from "vitest";
import { Bench, unreachable } from "../../test/support/clients/machine-bench.ts";
import { fault } from "../faults/fault.ts";
import { colourOf } from "../state.ts";
import { QUICK_TIMEOUT_MS } from "./alive.ts";

describe("a lost link", () => {
  test("is amber, and the first redial is delayed by a random time", () => {
    const bench = new Bench().live().do({ type: "timer", timer: "stable" });
    bench.loseLive();
    expect(bench.state).toMatchObject({ status: "reconnecting", attempt: 1, nextAttemptAtMs: 1500 });
    expect(colourOf(bench.state)).toBe("amber");
    expect(bench.effects).toContainEqual({ type: "detach", cause: unreachable });
  });

  test("turns red when a redial fails, and counts the failed attempt", () => {
    const bench = new Bench().live().do({ type: "timer", timer: "stable" }).loseLive();
    bench.do(
      { type: "timer", timer: "retry" },
      { type: "dial-failed", linkId: 2, fault: unreachable, minDelayMs: 0 },
    );
    expect(bench.state).toMatchObject({ status: "reconnecting", attempt: 2, failedAttempts: 1 });
    expect(colourOf(bench.state)).toBe("red");
  });

  test("continues the count of attempts if it wasn't stable yet", () => {
    expect(new Bench().live().loseLive().state).toMatchObject({ attempt: 2 });
  });
});

describe("reconnect()", () => {
  test("skips the wait and counts from 1 again", () => {
    const bench = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: unreachable, minDelayMs: 0 },
    );
    bench.do({ type: "reconnect" });
    expect(bench.effects).toEqual([
      { type: "clear-timer", timer: "retry" },
      { type: "dial", linkId: 2, attempt: 1, replacedExpiryMs: null },
    ]);
    expect(colourOf(bench.state)).toBe("amber");
  });

  test("dials at once after a failure that can't be retried", () => {
    const failed = new Bench().do(
      { type: "start" },
      { type: "dial-failed", linkId: 1, fault: fault("auth-rejected"), minDelayMs: 0 },
    );
    expect(failed.do({ type: "reconnect" }).effects).toContainEqual({
      type: "dial",
      linkId: 2,
      attempt: 1,
      replacedExpiryMs: null,
    });
  });
});

describe("signs of life", () => {
  test("an answered ping schedules the next one", () => {
    const bench = new Bench().live().do({ type: "timer", timer: "ping" });
    expect(bench.effects).toEqual([{ type: "ping", linkId: 1, timeoutMs: 5000 }]);
    bench.do({ type: "alive", linkId: 1 });
    expect(bench.effects).toEqual([{ type: "set-timer", timer: "ping", delayMs: 20_000 }]);
  });

  test("an unanswered ping ends the link", () => {
    const bench = new Bench().live().do({ type: "silent", linkId: 1, waitedMs: 5000, timeoutMs: 5000 });
    expect(bench.effects).toEqual([{ type: "give-up", linkId: 1, waitedMs: 5000 }]);
  });

  test("a time limit that was overrun by far, as after sleep, causes another ping instead", () => {
    const bench = new Bench().live().do({ type: "silent", linkId: 1, waitedMs: 90_000, timeoutMs: 5000 });
    expect(bench.effects).toEqual([{ type: "ping", linkId: 1, timeoutMs: QUICK_TIMEOUT_MS }]);
  });

  test("on wake a live link is pinged, and a countdown ends", () => {
    expect(new Bench().live().do({ type: "wake" }).effects).toContainEqual({
      type: "ping",
      linkId: 1,
      timeoutMs: 2500,
    });
    const waiting = new Bench().live().loseLive().do({ type: "wake" });
    expect(waiting.effects).toContainEqual({ type: "dial", linkId: 2, attempt: 2, replacedExpiryMs: null });
  });
});

describe("a link that is lost before it has answered a ping after a wake", () => {
  const stable = () => new Bench().live().do({ type: "timer", timer: "stable" });

  test("is redialled at once", () => {
    const woken = stable().do({ type: "wake" });
    const online = stable().do({ type: "network", online: false }, { type: "network", online: true });
    for (const bench of [woken, online])
      expect(bench.loseLive().effects).toContainEqual({ type: "set-timer", timer: "retry", delayMs: 0 });
  });

  test("is redialled after the usual delay if it had answered, wasn't stable yet, or if the fault can't be retried", () => {
    const wait = (bench: Bench) =>
      bench.effects.flatMap((effect) => ("delayMs" in effect ? [effect.delayMs] : []));
    const answered = stable().do({ type: "wake" }, { type: "alive", linkId: 1 });
    expect(wait(answered.loseLive())).toEqual([500]);
    expect(wait(new Bench().live().do({ type: "wake" }).loseLive())).toEqual([900]);
    expect(wait(stable().do({ type: "wake" }).loseLive(fault("auth-revoked")))).toEqual([30_000]);
  });
});

describe("a busy link that falls silent", () => {
  test("is pinged at once; an event of another link is ignored", () => {
    const bench = new Bench().live().do({ type: "quiet", linkId: 1 });
    expect(bench.effects).toEqual([
      { type: "clear-timer", timer: "ping" },
      { type: "ping", linkId: 1, timeoutMs: QUICK_TIMEOUT_MS },
    ]);
    expect(bench.do({ type: "quiet", linkId: 7 }).effects).toEqual([]);
  });
});
