import { describe, expect, test } from "vitest";
import { server } from "../../test/support/clients/machine-bench.ts";
import { fault } from "../faults/fault.ts";
import { DEFAULT_TUNABLES } from "../options.ts";
import type { ServerInfo } from "../state.ts";
import type { Effect, Event, Machine } from "./model.ts";
import { idleMachine, step } from "./step.ts";

const other: ServerInfo = { ...server, url: "ws://b" };
const NOW_MS = 1000;

/** Plays the events on a machine and gives back where it is and what the last one asked for. */
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
  test("credentials that were given to many at once are renewed between 70 and 80 % of their life", () => {
    const delays = [0, 0.999_999].map((random) => {
      const start = step(idleMachine(DEFAULT_TUNABLES, NOW_MS), { type: "start" }, { nowMs: NOW_MS, random });
      const [, open] = live as readonly [Event, Event];
      return step(start.machine, open, { nowMs: NOW_MS + 60_000, random }).effects;
    });
    // A minute of their life had passed already when the link opened: they were used again.
    expect(delays[0]).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 360_000 });
    expect(delays[1]).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 420_000 });
  });

  test("credentials are renewed when 75 % of their life has passed", () => {
    expect(play(...live).effects).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 450_000 });
    const due = play(...live, { type: "timer", timer: "handover" });
    expect(due.effects).toContainEqual({ type: "dial", linkId: 2, attempt: 1, replacedMs: NOW_MS + 600_000 });
    expect(due.machine.phase.shown.status).toBe("live");
  });

  test("credentials that have expired already don't make a storm", () => {
    const expired = play(
      { type: "start" },
      { type: "opened", linkId: 1, server, lifetime: { fromMs: NOW_MS - 9, untilMs: NOW_MS - 5 } },
    );
    expect(expired.effects).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 1000 });
  });

  test("the other link is subscribed before the old one is left", () => {
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

  test("one move at a time: asking again while one is under way changes nothing", () => {
    expect(play(...live, asked, asked).effects).toEqual([]);
    expect(play(...live, asked, { type: "lame-duck", linkId: 1 }).effects).toEqual([]);
  });

  const moving = [...live, asked, opened] as const;
  const retiring: readonly Event[] = [...moving, { type: "overlapped", linkId: 2 }];
  const duck: Event = { type: "lame-duck", linkId: 2 };
  const retired: Event = { type: "retired", linkId: 1 };
  const follows = (replacedMs: number | null): Effect => ({
    type: "dial",
    linkId: 3,
    attempt: 1,
    replacedMs,
  });
  const lifetime = { fromMs: NOW_MS, untilMs: NOW_MS + 500_000 };

  test.each<[string, readonly Event[], replacedMs: number | null]>([
    [
      "the server of the other link is going, ahead of the move",
      [...moving, duck, { type: "overlapped", linkId: 2 }],
      null,
    ],
    ["it is going while the old link retires", [...retiring, duck], null],
    ["another is asked for meanwhile", [...retiring, asked], null],
    [
      "the other link's credentials are due meanwhile",
      [
        ...live,
        asked,
        { ...opened, lifetime },
        { type: "overlapped", linkId: 2 },
        { type: "timer", timer: "handover" },
      ],
      lifetime.untilMs,
    ],
  ])("a move follows the one under way where %s", (_, events, replacedMs) => {
    expect(play(...events).effects).not.toContainEqual(follows(replacedMs));
    const over = play(...events, retired);
    expect(over.effects).toContainEqual(follows(replacedMs));
    expect(over.machine.phase).toMatchObject({ linkId: 2, handover: { name: "dialling", linkId: 3 } });
  });

  const failed = (linkId: number): Event => ({
    type: "dial-failed",
    linkId,
    fault: fault("refused"),
    atLeastMs: 0,
  });

  test("a server that announces that it is going is left at once, however soon after another, and for as long as it takes", () => {
    const left = [...live, { type: "lame-duck", linkId: 1 } as const, opened];
    left.push({ type: "overlapped", linkId: 2 }, retired);
    expect(play(...left, duck).effects).toEqual([follows(null)]);
    expect(play(...left, duck, failed(3)).machine.phase).toMatchObject({ handover: { name: "waiting" } });
    // It is news again where a move that waits would be tried only later.
    expect(play(...left, asked, failed(3), duck).effects).toContainEqual({ ...follows(null), linkId: 4 });
  });

  test("none follows a move whose link is lost with the server that was going", () => {
    const lost = play(...moving, duck, { type: "lost", linkId: 2, fault: fault("unreachable") });
    expect(lost.machine.phase).toMatchObject({ linkId: 1, handover: { name: "waiting", reason: "asked" } });
    expect(play(...moving, { type: "lame-duck", linkId: 7 }, ...retiring.slice(-1), retired).effects).toEqual(
      [],
    );
  });

  test("it follows at once where the old link is lost first", () => {
    const lost = play(...moving, duck, { type: "lost", linkId: 1, fault: fault("stale") });
    expect(lost.effects.at(-1)).toEqual(follows(null));
    expect(lost.machine.phase).toMatchObject({ linkId: 2, handover: { reason: "lame-duck" } });
  });

  test("a move that fails leaves the live link as it is and is tried again later", () => {
    const failed = play(...live, asked, {
      type: "dial-failed",
      linkId: 2,
      fault: fault("refused"),
      atLeastMs: 0,
    });
    const credentialsExpireAtMs = NOW_MS + 600_000;
    expect(failed.machine.phase.shown).toMatchObject({ status: "live", server, credentialsExpireAtMs });
    expect(failed.effects).toContainEqual({ type: "set-timer", timer: "handover", delayMs: 1050 });
    const again = step(failed.machine, { type: "timer", timer: "handover" }, { nowMs: NOW_MS, random: 0 });
    expect(again.effects).toContainEqual({ type: "dial", linkId: 3, attempt: 2, replacedMs: null });
  });

  test("a link that falls silent before it has the subscriptions is given up, and the move is tried again later", () => {
    const silent: Event = { type: "silent", linkId: 2, waitedMs: 5000, timeoutMs: 5000 };
    expect(play(...moving, silent).effects).toEqual([{ type: "give-up", linkId: 2, waitedMs: 5000 }]);
    const hung: Event = { ...silent, waitedMs: 50_000 };
    expect(play(...moving, hung).effects).toEqual([{ type: "ping", linkId: 2, timeoutMs: 2500 }]);
    // The old link has its own time limit by then.
    expect(play(...retiring, { ...silent, linkId: 1 }).effects).toEqual([]);
    const lost = play(...moving, silent, { type: "lost", linkId: 2, fault: fault("stale") });
    expect(lost.machine.phase).toMatchObject({ linkId: 1, handover: { name: "waiting" } });
  });

  test("when the live link is lost meanwhile, the other is abandoned and an outage begins", () => {
    const lost = play(...live, asked, { type: "lost", linkId: 1, fault: fault("unreachable") });
    expect(lost.effects).toContainEqual({ type: "abandon", linkId: 2, how: "at-once" });
    expect(lost.machine.phase.shown.status).toBe("reconnecting");
  });

  test("when the live link is lost while the other gets the subscriptions, that one takes over at once", () => {
    const cause = fault("stale");
    const lost = play(...live, asked, opened, { type: "lost", linkId: 1, fault: cause });
    expect(lost.effects).toContainEqual({ type: "promote", retiringId: 1, cause });
    expect(lost.machine.phase.shown).toMatchObject({ status: "live", server: other });
    const over = step(lost.machine, { type: "overlapped", linkId: 2 }, { nowMs: NOW_MS, random: 0 });
    expect(over.effects).toEqual([]);
  });

  test("a stop ends the move too", () => {
    const stopped = play(...live, asked, { type: "stop" });
    expect(stopped.effects).toContainEqual({ type: "abandon", linkId: 2, how: "properly" });
    expect(stopped.effects).toContainEqual({ type: "close-links" });
  });
});
