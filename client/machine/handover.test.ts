import { describe, expect, test } from "vitest";
import { server } from "../../test/support/clients/machine-bench.ts";
import { fault } from "../faults/fault.ts";
import { DEFAULT_TUNABLES } from "../options.ts";
import type { ServerInfo } from "../state.ts";
import type { Effect, Event, Machine } from "./model.ts";
import { idleMachine, step } from "./step.ts";

const other: ServerInfo = { ...server, url: "ws://b" };
const NOW_MS = 1000;

/** Feeds events to a new machine; returns the machine, and the effects of the last event. */
function play(...events: Event[]): { machine: Machine; effects: readonly Effect[] } {
  let at: { machine: Machine; effects: readonly Effect[] } = {
    machine: idleMachine(DEFAULT_TUNABLES, NOW_MS),
    effects: [],
  };
  for (const event of events) at = step(at.machine, event, { nowMs: NOW_MS, random: 0.5 });
  return at;
}

const live: readonly Event[] = [
  { type: "start" },
  { type: "opened", linkId: 1, server, lifetime: { fromMs: NOW_MS, untilMs: NOW_MS + 600_000 } },
];
const asked: Event = { type: "reconnect" };
const opened: Event = { type: "opened", linkId: 2, server: other, lifetime: null };

describe("handover", () => {
  test("the renewal of credentials is due at a random time between 70 and 80 % of their lifetime", () => {
    const delays = [0, 0.999_999].map((random) => {
      const start = step(idleMachine(DEFAULT_TUNABLES, NOW_MS), { type: "start" }, { nowMs: NOW_MS, random });
      const [, open] = live as readonly [Event, Event];
      return step(start.machine, open, { nowMs: NOW_MS + 60_000, random }).effects;
    });
    // The credentials were used again: a minute of their lifetime had passed when the link opened.
    expect(delays[0]).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 360_000 });
    expect(delays[1]).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 420_000 });
  });

  test("when the renewal is due, a second link is dialled while the first stays live", () => {
    expect(play(...live).effects).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 450_000 });
    const due = play(...live, { type: "timer", timer: "handover" });
    expect(due.effects).toContainEqual({
      type: "dial",
      linkId: 2,
      attempt: 1,
      replacedExpiryMs: NOW_MS + 600_000,
    });
    expect(due.machine.phase.shown.status).toBe("live");
  });

  test("credentials that have expired already are renewed after a second, not at once", () => {
    const expired = play(
      { type: "start" },
      { type: "opened", linkId: 1, server, lifetime: { fromMs: NOW_MS - 9, untilMs: NOW_MS - 5 } },
    );
    expect(expired.effects).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 1000 });
  });

  test("the second link gets all subscriptions before it replaces the old one", () => {
    expect(play(...live, asked, opened).effects).toEqual([
      { type: "overlap", linkId: 2 },
      { type: "ping", linkId: 1, timeoutMs: 2500 },
    ]);
    const moved = play(...live, asked, opened, { type: "overlapped", linkId: 2 });
    expect(moved.effects).toContainEqual({ type: "promote", retiringId: 1 });
    expect(moved.machine.phase.shown).toMatchObject({
      status: "live",
      server: other,
      credentialsExpireAtMs: null,
    });
  });

  test("while the second link is dialled, another request for a handover changes nothing", () => {
    expect(play(...live, asked, asked).effects).toEqual([]);
    expect(play(...live, asked, { type: "lame-duck", linkId: 1 }).effects).toEqual([]);
  });

  const moving = [...live, asked, opened] as const;
  const retiring: readonly Event[] = [...moving, { type: "overlapped", linkId: 2 }];
  const lameDuck: Event = { type: "lame-duck", linkId: 2 };
  const retired: Event = { type: "retired", linkId: 1 };
  const follows = (replacedExpiryMs: number | null): Effect => ({
    type: "dial",
    linkId: 3,
    attempt: 1,
    replacedExpiryMs,
  });
  const lifetime = { fromMs: NOW_MS, untilMs: NOW_MS + 500_000 };

  test.each<[string, readonly Event[], replacedExpiryMs: number | null]>([
    [
      "the server of the second link announces lame duck mode before the switch",
      [...moving, lameDuck, { type: "overlapped", linkId: 2 }],
      null,
    ],
    ["it announces that while the old link retires", [...retiring, lameDuck], null],
    ["the user asks for another handover meanwhile", [...retiring, asked], null],
    [
      "the renewal of the second link's credentials falls due meanwhile",
      [
        ...live,
        asked,
        { ...opened, lifetime },
        { type: "overlapped", linkId: 2 },
        { type: "timer", timer: "handover" },
      ],
      lifetime.untilMs,
    ],
  ])("another handover follows as soon as the old link has retired if %s", (_, events, replacedExpiryMs) => {
    expect(play(...events).effects).not.toContainEqual(follows(replacedExpiryMs));
    const over = play(...events, retired);
    expect(over.effects).toContainEqual(follows(replacedExpiryMs));
    expect(over.machine.phase).toMatchObject({ linkId: 2, handover: { name: "dialling", linkId: 3 } });
  });

  const failed = (linkId: number): Event => ({
    type: "dial-failed",
    linkId,
    fault: fault("refused"),
    minDelayMs: 0,
  });

  test("a server in lame duck mode is left at once, soon after another one too, and until a handover succeeds", () => {
    const left = [...live, { type: "lame-duck", linkId: 1 } as const, opened];
    left.push({ type: "overlapped", linkId: 2 }, retired);
    expect(play(...left, lameDuck).effects).toEqual([follows(null)]);
    expect(play(...left, lameDuck, failed(3)).machine.phase).toMatchObject({ handover: { name: "waiting" } });
    // The announcement also cuts short the wait for the retry of another handover.
    expect(play(...left, asked, failed(3), lameDuck).effects).toContainEqual({ ...follows(null), linkId: 4 });
  });

  test("no further handover follows if the second link is lost together with its lame duck server", () => {
    const lost = play(...moving, lameDuck, { type: "lost", linkId: 2, fault: fault("unreachable") });
    expect(lost.machine.phase).toMatchObject({ linkId: 1, handover: { name: "waiting", reason: "asked" } });
    expect(play(...moving, { type: "lame-duck", linkId: 7 }, ...retiring.slice(-1), retired).effects).toEqual(
      [],
    );
  });

  test("the handover away from a lame duck server follows at once if the old link is lost first", () => {
    const lost = play(...moving, lameDuck, { type: "lost", linkId: 1, fault: fault("stale") });
    expect(lost.effects.at(-1)).toEqual(follows(null));
    expect(lost.machine.phase).toMatchObject({ linkId: 2, handover: { reason: "lame-duck" } });
  });

  test("a handover that fails leaves the live link alone and is retried later", () => {
    const failed = play(...live, asked, {
      type: "dial-failed",
      linkId: 2,
      fault: fault("refused"),
      minDelayMs: 0,
    });
    const credentialsExpireAtMs = NOW_MS + 600_000;
    expect(failed.machine.phase.shown).toMatchObject({ status: "live", server, credentialsExpireAtMs });
    expect(failed.effects).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 1050 });
    const again = step(failed.machine, { type: "timer", timer: "handover" }, { nowMs: NOW_MS, random: 0 });
    expect(again.effects).toContainEqual({ type: "dial", linkId: 3, attempt: 2, replacedExpiryMs: null });
  });

  test("a second link that falls silent before it has the subscriptions is given up, and the handover is retried later", () => {
    const silent: Event = { type: "silent", linkId: 2, waitedMs: 5000, timeoutMs: 5000 };
    expect(play(...moving, silent).effects).toEqual([{ type: "give-up", linkId: 2, waitedMs: 5000 }]);
    const hung: Event = { ...silent, waitedMs: 50_000 };
    expect(play(...moving, hung).effects).toEqual([{ type: "ping", linkId: 2, timeoutMs: 2500 }]);
    // A retiring link isn't given up: it has its own time limit.
    expect(play(...retiring, { ...silent, linkId: 1 }).effects).toEqual([]);
    const lost = play(...moving, silent, { type: "lost", linkId: 2, fault: fault("stale") });
    expect(lost.machine.phase).toMatchObject({ linkId: 1, handover: { name: "waiting" } });
  });

  test("if the live link is lost while the second is dialled, the dial is abandoned and an outage begins", () => {
    const lost = play(...live, asked, { type: "lost", linkId: 1, fault: fault("unreachable") });
    expect(lost.effects).toContainEqual({ type: "abandon", linkId: 2, how: "at-once" });
    expect(lost.machine.phase.shown.status).toBe("reconnecting");
  });

  test("if the live link is lost while the second gets the subscriptions, the second takes over at once", () => {
    const cause = fault("stale");
    const lost = play(...live, asked, opened, { type: "lost", linkId: 1, fault: cause });
    expect(lost.effects).toContainEqual({ type: "promote", retiringId: 1, cause });
    expect(lost.machine.phase.shown).toMatchObject({ status: "live", server: other });
    const over = step(lost.machine, { type: "overlapped", linkId: 2 }, { nowMs: NOW_MS, random: 0 });
    expect(over.effects).toEqual([]);
  });

  test("a stop abandons the second link", () => {
    const stopped = play(...live, asked, { type: "stop" });
    expect(stopped.effects).toContainEqual({ type: "abandon", linkId: 2, how: "properly" });
    expect(stopped.effects).toContainEqual({ type: "close-links" });
  });
});
