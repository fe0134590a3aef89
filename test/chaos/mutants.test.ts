import { describe, expect, test } from "vitest";
import { type Mutation, playInThread } from "./threads.ts";

/** How many lives a mutant is given. */
const SCHEDULES = 20_000;

interface Mutant extends Mutation {
  readonly name: string;
  /**
   * The first of its lives, 1 unless it takes a rare one to notice it. None of them violates
   * anything in the client as it is: `npm run chaos -- --schedules 100000 --seed 1` plays them all.
   */
  readonly firstSeed?: number;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: "delays without a bound",
    file: "backoff.ts",
    text: "return Math.round(floorMs + random * (delayBoundMs(attempt, downMs, options) - floorMs));",
    replacement: "return Math.round(floorMs + random * options.baseDelayMs * options.factor ** attempt);",
  },
  {
    name: "delays that are too short",
    file: "backoff.ts",
    text: "const floorMs = delayFloorMs(attempt, downMs, options);",
    replacement: "const floorMs = 0;",
  },
  {
    name: "slow attempts that are quick",
    file: "backoff.ts",
    text: "return Math.round(SLOW_FROM_MS + random * (SLOW_TO_MS - SLOW_FROM_MS));",
    replacement: "return 1000;",
  },
  {
    name: "a failure that is for ever",
    file: "machine/attempt.ts",
    text: `    setTimer("retry", delay),
`,
    replacement: `    ...(after.status === "failed" ? [] : [setTimer("retry", delay)]),
`,
  },
  {
    name: "a countdown that outlives a stop",
    file: "machine/retrying.ts",
    text: ": CLEAR_RETRY;",
    replacement: `: { type: "end-investigation" };`,
  },
  {
    name: "a dial that a stop doesn't abort",
    file: "machine/retrying.ts",
    text: `? { type: "abandon", linkId: now.linkId, how: "properly" }`,
    replacement: "? CLEAR_RETRY",
  },
  {
    name: "a stop that forgets a start that followed it",
    file: "machine/stopping.ts",
    text: `return enter(machine, retryingPhase(freshOutage(nowMs, transitions.started), { name: "clearing" }));`,
    replacement: "return unchanged(machine);",
  },
  {
    name: "a countdown that ends in nothing",
    file: "machine/retrying.ts",
    text: `if (event.timer !== "retry" || now.name !== "waiting") return unchanged(machine);`,
    replacement: `if (event.timer === "retry") return unchanged(machine);`,
  },
  {
    name: "a live link that leaves its ping timer behind",
    file: "machine/live.ts",
    text: `clearTimer("ping"), clearTimer("stable"), ...`,
    replacement: `clearTimer("stable"), ...`,
  },
  {
    name: "a live link that leaves its stability timer behind",
    file: "machine/live.ts",
    text: `clearTimer("ping"), clearTimer("stable"), ...`,
    replacement: `clearTimer("ping"), ...`,
  },
  {
    name: "a silence that ends nothing",
    file: "machine/alive.ts",
    text: `: { type: "give-up", linkId, waitedMs };`,
    replacement: `: { type: "set-timer", timer: "ping", delayMs: waitedMs + 1e9 };`,
  },
  {
    name: "a lost link that the registry isn't told of",
    file: "machine/live.ts",
    text: `, { type: "detach", cause: seen }]`,
    replacement: "]",
  },
  {
    name: "a fresh link that gets no subscriptions",
    file: "machine/retrying.ts",
    text: `    { type: "attach", linkId },
`,
    replacement: "",
  },
  {
    name: "an offline phase that nothing ends",
    file: "machine/retrying.ts",
    text: `if (now.name === "offline") return attempt(machine, outage, nowMs);`,
    replacement: "",
  },
  {
    name: "subscriptions made twice",
    file: "subscriptions/links.ts",
    text: "for (const interest of all) this.#subscribe(interest, current);",
    replacement: "for (const interest of [...all, ...all]) this.#subscribe(interest, current);",
  },
  {
    name: "an unsubscribe that the server never hears of",
    file: "subscriptions/link-subscriptions.ts",
    text: "this.subscriptions.get(interest)?.unsubscribe();",
    replacement: "",
  },
  {
    name: "a subscription made while live that waits for the next link",
    file: "subscriptions/links.ts",
    text: `    const current = this.#current;
    if (current?.link.isLive) {
      this.#subscribe(interest, current);`,
    replacement: `    const current = this.#current;
    if (current?.link.isLive === false) {
      this.#subscribe(interest, current);`,
  },
  {
    name: "a break without its gap",
    file: "subscriptions/interest.ts",
    text: "this.brokenSince = { atMs, cause };",
    replacement: "",
  },
  {
    name: "a gap that begins too late",
    file: "subscriptions/links.ts",
    text: "      this.#parts.gaps.report(interest, brokenSince, nowMs, ",
    replacement: "      this.#parts.gaps.report(interest, { ...brokenSince, atMs: nowMs - 1 }, nowMs, ",
  },
  {
    name: "a subscription called active before the server confirmed it",
    file: "subscriptions/interest.ts",
    text: `markRequested(): void {
    this.#setStatus("requested", null);`,
    replacement: `markRequested(): void {
    this.#setStatus("active", null);`,
  },
  {
    name: "a denied subject that is never tried again",
    file: "subscriptions/links.ts",
    text: `const all = this.#interests.ready();
    this.#repeatsFromMs`,
    replacement: `const all = this.#interests.ready().filter(({ status }) => status !== "denied");
    this.#repeatsFromMs`,
  },
  {
    name: "a denied subject that isn't asked for again on the same link",
    file: "subscriptions/links.ts",
    text: "for (const interest of refused) this.#subscribe(interest, current);",
    replacement: "",
  },
  {
    name: "messages of two links delivered twice",
    file: "subscriptions/interest.ts",
    text: 'return role !== "only" && this.overlap?.isRepeat(role, content, nowMs) === true;',
    replacement: "return false;",
  },
  {
    name: "a link that was cut while it retired, untold",
    file: "subscriptions/links.ts",
    text: "const isUncertain = cause !== null || move.isBehind(interest);",
    replacement: "const isUncertain = move.isBehind(interest);",
  },
  {
    name: "a replaced link that stays",
    file: "open-links.ts",
    text: "this.#promote(retiringId, cause),",
    replacement: "{},",
  },
  {
    name: "a handover that a stop leaves under way",
    file: "machine/live.ts",
    text: ", ...endHandover(phase.handover, how)]",
    replacement: "]",
  },
  {
    name: "a server that is going, forgotten while its link takes over",
    file: "machine/handover.ts",
    text: 'next: "lame-duck"',
    replacement: "next: null",
    firstSeed: 4001,
  },
  {
    name: "a server that is going, forgotten while the old link retires",
    file: "machine/handover.ts",
    text: "{ ...handover, next: reason }",
    replacement: "handover",
    firstSeed: 6401,
  },
  {
    name: "a handover that forgets the subscriptions",
    file: "subscriptions/links.ts",
    text: "for (const interest of this.#interests.ready()) this.#subscribeNext(interest, next);",
    replacement: "",
  },
  {
    name: "a listener that can throw into the client",
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
    name: "a callback that rejects, unheard",
    file: "listeners.ts",
    text: "  Promise.resolve(result).catch(failed);",
    replacement: "  Promise.resolve(result).then(() => failed);",
  },
  {
    name: "a replaced interest that is dropped with its first listener",
    file: "subscriptions/registry.ts",
    text: "if (interest.listeners.length === 0) this.links.removeInterest(interest);",
    replacement: "this.links.removeInterest(interest);",
  },
  {
    name: "a socket that is sent to when its peer has closed it",
    file: "connection/wire.ts",
    text: "if (this.isOpen) this.#socket.send(data);",
    replacement: "if (!this.#ended) this.#socket.send(data);",
  },
  {
    name: "a dial that is cut instead of wound down",
    file: "connection/dial.ts",
    text: "const withinMs = signal.reason instanceof Abandoned ? signal.reason.withinMs : 0;",
    replacement: "const withinMs = 0;",
  },
  {
    name: "a dial that winds down for longer than a stop may take",
    file: "connection/dial.ts",
    text: "await within(clock, withinMs, this.#wire.closeOnceOpen(), undefined);",
    replacement: "await within(clock, withinMs + 2000, this.#wire.closeOnceOpen(), undefined);",
  },
];

describe("a client broken by hand is caught", () => {
  test("there are at least twenty-five", () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
  });

  // Each plays in a thread of its own; as many at once as the project allows.
  test.concurrent.each(MUTANTS)("$name", async ({ firstSeed = 1, ...mutation }) => {
    const caught = await playInThread({ count: SCHEDULES, firstSeed, stride: 1, mutation }).then(
      ({ firstViolation }) => firstViolation !== null,
      // What a user's callback threw got out of the client, and ended the thread.
      (reason) => String(reason).includes("a callback may"),
    );
    expect(caught).toBe(true);
  });

  test("and its life is told by its seed, shrunk to the deeds that it takes", async () => {
    const mutation = MUTANTS.find(({ name }) => name === "a countdown that outlives a stop");
    if (mutation === undefined) throw new Error("no such mutant");
    const { firstViolation } = await playInThread({
      count: 200,
      // The first of those that are caught in which no callback of a user stops the client by itself.
      firstSeed: 45,
      stride: 1,
      mutation,
      shrunk: true,
    });
    expect(firstViolation?.what).toMatch(/timers are left in stopped/);
    const { seed, deeds } = firstViolation?.schedule ?? { seed: 0, deeds: [] };
    expect(seed).toBe(firstViolation?.seed);
    // Something begins, something fails, and a stop: whole schedules have dozens of deeds.
    expect(deeds.length).toBeLessThanOrEqual(4);
    expect(deeds.at(-1)?.action).toEqual({ do: "stop" });
  });
});
