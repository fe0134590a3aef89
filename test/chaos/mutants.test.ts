import { describe, expect, test } from "vitest";
import { type Mutation, playInThread } from "./threads.ts";

/** Schedules played per mutant, until one violates an invariant. */
const SCHEDULES = 20_000;

interface Mutant extends Mutation {
  readonly name: string;
  /**
   * First seed, default 1; higher if only rare schedules expose the mutant. The unchanged client passes all of them, as
   * `npm run chaos -- --schedules 100000 --seed 1` shows.
   */
  readonly firstSeed?: number;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: "the delay between attempts has no upper bound",
    file: "backoff.ts",
    text: "return Math.round(floorMs + random * (delayBoundMs(attempt, downMs, options) - floorMs));",
    replacement: "return Math.round(floorMs + random * options.baseDelayMs * options.factor ** attempt);",
  },
  {
    name: "the delay between attempts has no lower bound",
    file: "backoff.ts",
    text: "const floorMs = delayFloorMs(attempt, downMs, options);",
    replacement: "const floorMs = 0;",
  },
  {
    name: "slow attempts come every second",
    file: "backoff.ts",
    text: "return Math.round(SLOW_FROM_MS + random * (SLOW_TO_MS - SLOW_FROM_MS));",
    replacement: "return 1000;",
  },
  {
    name: "a failed client never retries",
    file: "machine/attempt.ts",
    text: `    setTimer("retry", delay),
`,
    replacement: `    ...(after.status === "failed" ? [] : [setTimer("retry", delay)]),
`,
  },
  {
    name: "a stop doesn't clear the retry timer",
    file: "machine/retrying.ts",
    text: ": CLEAR_RETRY;",
    replacement: `: { type: "end-investigation" };`,
  },
  {
    name: "a stop doesn't abort the dial",
    file: "machine/retrying.ts",
    text: `? { type: "abandon", linkId: activity.linkId, how: "properly" }`,
    replacement: "? CLEAR_RETRY",
  },
  {
    name: "a start while stopping is ignored",
    file: "machine/stopping.ts",
    text: `return enter(machine, retryingPhase(freshOutage(nowMs, transitions.started), { name: "clearing" }));`,
    replacement: "return unchanged(machine);",
  },
  {
    name: "the retry timer fires without an attempt",
    file: "machine/retrying.ts",
    text: `if (event.timer !== "retry" || activity.name !== "waiting") return unchanged(machine);`,
    replacement: `if (event.timer === "retry") return unchanged(machine);`,
  },
  {
    name: "the ping timer outlives the live link",
    file: "machine/live.ts",
    text: `clearTimer("ping"), clearTimer("stable"), ...`,
    replacement: `clearTimer("stable"), ...`,
  },
  {
    name: "the stability timer outlives the live link",
    file: "machine/live.ts",
    text: `clearTimer("ping"), clearTimer("stable"), ...`,
    replacement: `clearTimer("ping"), ...`,
  },
  {
    name: "a silent link is never given up",
    file: "machine/alive.ts",
    text: `: { type: "give-up", linkId, waitedMs };`,
    replacement: `: { type: "set-timer", timer: "ping", delayMs: waitedMs + 1e9 };`,
  },
  {
    name: "subscriptions aren't detached from a lost link",
    file: "machine/live.ts",
    text: `, { type: "detach", cause: seen }]`,
    replacement: "]",
  },
  {
    name: "a new link gets no subscriptions",
    file: "machine/retrying.ts",
    text: `    { type: "attach", linkId },
`,
    replacement: "",
  },
  {
    name: "the return of the network doesn't end the offline phase",
    file: "machine/retrying.ts",
    text: `if (activity.name === "offline") return attempt(machine, outage, nowMs);`,
    replacement: "",
  },
  {
    name: "each subscription is made twice",
    file: "subscriptions/links.ts",
    text: "for (const interest of all) this.#subscribe(interest, current);",
    replacement: "for (const interest of [...all, ...all]) this.#subscribe(interest, current);",
  },
  {
    name: "an unsubscribe isn't sent to the server",
    file: "subscriptions/link-subscriptions.ts",
    text: "this.subscriptions.get(interest)?.unsubscribe();",
    replacement: "",
  },
  {
    name: "a subscription made while live isn't sent before the next link",
    file: "subscriptions/links.ts",
    text: `    const current = this.#current;
    if (current?.link.isLive) {
      this.#subscribe(interest, current);`,
    replacement: `    const current = this.#current;
    if (current?.link.isLive === false) {
      this.#subscribe(interest, current);`,
  },
  {
    name: "a break is never reported as a gap",
    file: "subscriptions/interest.ts",
    text: "this.brokenSince = { atMs, cause };",
    replacement: "",
  },
  {
    name: "a gap begins too late",
    file: "subscriptions/links.ts",
    text: "      this.#parts.gaps.report(interest, brokenSince, nowMs, ",
    replacement: "      this.#parts.gaps.report(interest, { ...brokenSince, atMs: nowMs - 1 }, nowMs, ",
  },
  {
    name: "a subscription is active before the server has confirmed it",
    file: "subscriptions/interest.ts",
    text: `markRequested(): void {
    this.#setStatus("requested", null);`,
    replacement: `markRequested(): void {
    this.#setStatus("active", null);`,
  },
  {
    name: "a denied subject isn't subscribed on the next link",
    file: "subscriptions/links.ts",
    text: `const all = this.#interests.ready();
    this.#repeatsFromMs`,
    replacement: `const all = this.#interests.ready().filter(({ status }) => status !== "denied");
    this.#repeatsFromMs`,
  },
  {
    name: "a denied subject isn't subscribed again on the same link",
    file: "subscriptions/links.ts",
    text: "for (const interest of refused) this.#subscribe(interest, current);",
    replacement: "",
  },
  {
    name: "messages from both links of a handover are delivered twice",
    file: "subscriptions/interest.ts",
    text: 'return role !== "only" && this.overlap?.isRepeat(role, content, nowMs) === true;',
    replacement: "return false;",
  },
  {
    name: "a loss of the old link during a handover isn't reported",
    file: "subscriptions/links.ts",
    text: "const isUncertain = cause !== null || move.isBehind(interest);",
    replacement: "const isUncertain = move.isBehind(interest);",
  },
  {
    name: "the old link stays open after a handover",
    file: "open-links.ts",
    text: "this.#promote(retiringId, cause),",
    replacement: "{},",
  },
  {
    name: "a stop doesn't end a handover",
    file: "machine/live.ts",
    text: ", ...endHandover(phase.handover, how)]",
    replacement: "]",
  },
  {
    name: "a lame duck announcement on the second link is ignored",
    file: "machine/handover.ts",
    text: 'next: "lame-duck"',
    replacement: "next: null",
    firstSeed: 4001,
  },
  {
    name: "a lame duck announcement while the old link retires is ignored",
    file: "machine/handover.ts",
    text: "{ ...handover, next: reason }",
    replacement: "handover",
    firstSeed: 6401,
  },
  {
    name: "the second link of a handover gets no subscriptions",
    file: "subscriptions/links.ts",
    text: "for (const interest of this.#interests.ready()) this.#subscribeNext(interest, next);",
    replacement: "",
  },
  {
    name: "an exception of a listener reaches the client",
    file: "listeners.ts",
    text: `  } catch (reason) {
    failed(reason);
  }
}

/** Passes the rejection`,
    replacement: `  } catch (reason) {
    failed(reason);
    throw reason;
  }
}

/** Passes the rejection`,
  },
  {
    name: "a rejection of a callback is unhandled",
    file: "listeners.ts",
    text: "  Promise.resolve(result).catch(failed);",
    replacement: "  Promise.resolve(result).then(() => failed);",
  },
  {
    name: "a subscription ends with its first listener, though it has others",
    file: "subscriptions/registry.ts",
    text: "if (interest.listeners.length === 0) this.links.removeInterest(interest);",
    replacement: "this.links.removeInterest(interest);",
  },
  {
    name: "data is sent on a socket that the peer has closed",
    file: "connection/wire.ts",
    text: "if (this.isOpen) this.#socket.send(data);",
    replacement: "if (!this.#ended) this.#socket.send(data);",
  },
  {
    name: "an abandoned dial is closed before its socket has opened",
    file: "connection/dial.ts",
    text: "const withinMs = signal.reason instanceof Abandoned ? signal.reason.withinMs : 0;",
    replacement: "const withinMs = 0;",
  },
  {
    name: "an abandoned dial takes longer to close than a stop may",
    file: "connection/dial.ts",
    text: "await within(clock, withinMs, this.#wire.closeOnceOpen(), undefined);",
    replacement: "await within(clock, withinMs + 2000, this.#wire.closeOnceOpen(), undefined);",
  },
];

describe("a mutant of the client violates an invariant", () => {
  test("there are at least 25 mutants", () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
  });

  // Each mutant plays in its own thread; vitest limits how many run at a time.
  test.concurrent.each(MUTANTS)("$name", async ({ firstSeed = 1, ...mutation }) => {
    const caught = await playInThread({ count: SCHEDULES, firstSeed, stride: 1, mutation }).then(
      ({ firstViolation }) => firstViolation !== null,
      // Also caught: the exception of a user's callback escaped from the client and ended the thread.
      (reason) => String(reason).includes("a callback may"),
    );
    expect(caught).toBe(true);
  });

  test("the violation is reported with its seed, and its schedule is shrunk to the deeds that it needs", async () => {
    const mutation = MUTANTS.find(({ name }) => name === "a stop doesn't clear the retry timer");
    if (mutation === undefined) throw new Error("no such mutant");
    const { firstViolation } = await playInThread({
      count: 200,
      // The first violation in which no misbehaving callback calls stop().
      firstSeed: 45,
      stride: 1,
      mutation,
      shrunk: true,
    });
    expect(firstViolation?.what).toMatch(/timers are left in stopped/);
    const { seed, deeds } = firstViolation?.schedule ?? { seed: 0, deeds: [] };
    expect(seed).toBe(firstViolation?.seed);
    // A start, a failure and a stop are enough; whole schedules have dozens of deeds.
    expect(deeds.length).toBeLessThanOrEqual(4);
    expect(deeds.at(-1)?.action).toEqual({ do: "stop" });
  });
});
