import { describe, expect, test } from "vitest";
import { type Mutation, playInThread } from "./crew.ts";

/** How many lives a mutant is given. */
const SCHEDULES = 20_000;

interface Mutant extends Mutation {
  readonly name: string;
  /**
   * The first of its lives, 1 unless it takes a rare one to notice it. None of them violates
   * anything in the client as it is: chaos.test.ts plays all up to 100,000.
   */
  readonly firstSeed?: number;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: "delays without a bound",
    file: "backoff.ts",
    text: "return Math.round(floorMs + random * (delayBoundMs(attempt, options) - floorMs));",
    replacement: "return Math.round(floorMs + random * options.baseDelayMs * options.factor ** attempt);",
  },
  {
    name: "delays that are too short",
    file: "backoff.ts",
    text: "const floorMs = delayFloorMs(attempt, options);",
    replacement: "const floorMs = 0;",
  },
  {
    name: "a countdown that outlives a stop",
    file: "machine.ts",
    text: `{ name: "stopped", sinceMs: nowMs }, { type: "clear-timer", timer: "retry" });`,
    replacement: `{ name: "stopped", sinceMs: nowMs });`,
  },
  {
    name: "a dial that a stop doesn't abort",
    file: "machine.ts",
    text: `return go(machine, closing(phase.linkId, nowMs), { type: "abort-dial", linkId: phase.linkId });`,
    replacement: `return go(machine, { name: "stopped", sinceMs: nowMs });`,
  },
  {
    name: "a stop that forgets a start that followed it",
    file: "machine.ts",
    text: `return go(machine, { ...phase, next: "dialling" });`,
    replacement: "return same(machine);",
  },
  {
    name: "a countdown that ends in nothing",
    file: "machine.ts",
    text: `if (name === "retry" && phase.name === "waiting") return dial(machine, phase.outage, nowMs);`,
    replacement: "",
  },
  {
    name: "a live link that leaves its ping timer behind",
    file: "machine.ts",
    text: `    { type: "clear-timer", timer: "ping" },
    { type: "clear-timer", timer: "stable" },`,
    replacement: `    { type: "clear-timer", timer: "stable" },`,
  },
  {
    name: "a live link that leaves its stability timer behind",
    file: "machine.ts",
    text: `    { type: "clear-timer", timer: "ping" },
    { type: "clear-timer", timer: "stable" },`,
    replacement: `    { type: "clear-timer", timer: "ping" },`,
  },
  {
    name: "a silence that ends nothing",
    file: "machine.ts",
    text: `: { type: "give-up", linkId, waitedMs };`,
    replacement: `: { type: "set-timer", timer: "ping", delayMs: waitedMs + 1e9 };`,
  },
  {
    name: "a lost link that the registry isn't told of",
    file: "machine.ts",
    text: `, { type: "detach", cause: seen }]`,
    replacement: "]",
  },
  {
    name: "a fresh link that gets no subscriptions",
    file: "machine.ts",
    text: `    { type: "attach", linkId },`,
    replacement: "",
  },
  {
    name: "an offline phase that nothing ends",
    file: "machine.ts",
    text: `if (online && phase.name === "offline") return dial(next, phase.outage, around.nowMs, logged);`,
    replacement: "",
  },
  {
    name: "subscriptions made twice",
    file: "subscriptions/registry.ts",
    text: "      interest.onLink = this.#subscribe(interest, link);\n      this.#note",
    replacement:
      "      this.#subscribe(interest, link);\n      interest.onLink = this.#subscribe(interest, link);\n      this.#note",
  },
  {
    name: "an unsubscribe that the server never hears of",
    file: "subscriptions/registry.ts",
    text: "interest.onLink?.unsubscribe();",
    replacement: "",
  },
  {
    name: "a subscription made while live that waits for the next link",
    file: "subscriptions/registry.ts",
    text: "if (this.#link?.isLive) {",
    replacement: "if (this.#link === null) {",
  },
  {
    name: "a break without its gap",
    file: "subscriptions/interest.ts",
    text: `return state.status === "active" ? { atMs, cause } : state.brokenSince;`,
    replacement: "return null;",
  },
  {
    name: "a gap that begins too late",
    file: "subscriptions/registry.ts",
    text: "this.#tellGap(interest, since, toMs, recovered)",
    replacement: "this.#tellGap(interest, { ...since, atMs: toMs - 1 }, toMs, recovered)",
  },
  {
    name: "a subscription called active before the server confirmed it",
    file: "subscriptions/interest.ts",
    text: `return { ...state, status: "requested", fault: null };`,
    replacement: `return { ...state, status: "active", fault: null };`,
  },
  {
    name: "a denied subject that is never tried again",
    file: "subscriptions/registry.ts",
    text: "const all = [...this.#interests.values()];",
    replacement: `const all = [...this.#interests.values()].filter(({ status }) => status !== "denied");`,
  },
  {
    name: "messages of two links delivered twice",
    file: "subscriptions/registry.ts",
    text: "if (interest.overlap?.isRepeat(link, message)) return;",
    replacement: "",
  },
  {
    name: "a replaced link that stays",
    file: "engine.ts",
    text: "this.#retire(effect.retiringId, effect.drainTimeoutMs);",
    replacement: "",
  },
  {
    name: "a handover that a stop leaves under way",
    file: "machine.ts",
    text: "    ...endHandover(phase.handover, how),",
    replacement: "",
  },
  {
    name: "a handover that forgets the subscriptions",
    file: "subscriptions/registry.ts",
    text: "    interest.onNext = this.#subscribe(interest, next);\n",
    replacement: "",
  },
  {
    name: "a recovery that finds nothing missed",
    file: "recovery/match.ts",
    text: "if (observation === undefined && seq > cameUpTo) deliveries.push({ message, isMissed: true });",
    replacement: "",
  },
  {
    name: "a recovery that repeats what was delivered",
    file: "recovery/match.ts",
    text: "    if (observation.held) continue;",
    replacement: "    if (observation.held || came.length > 0) continue;",
  },
  {
    name: "live messages that overtake what was missed",
    file: "recovery/recovery.ts",
    text: "if (this.#journal.newer !== null) this.#holding = true;",
    replacement: "",
  },
  {
    name: "held messages that a stop forgets",
    file: "recovery/recovery.ts",
    text: "    this.#outgoing.push(...held.map(({ message }) => ({ message, recovered: false })));",
    replacement: "",
  },
  {
    name: "a purge that is taken for a full recovery",
    file: "recovery/recovery.ts",
    text: "Math.max(0, last.info.firstSeq - newer.seq - 1)",
    replacement: "0",
  },
  {
    name: "a deletion that is taken for a full recovery",
    file: "recovery/recovery.ts",
    text: " + Math.max(0, last.info.deleted - this.#deleted)",
    replacement: "",
    firstSeed: 2000,
  },
  {
    name: "a stream that is replaced while it is read, unnoticed",
    file: "recovery/recovery.ts",
    text: `if (!this.#isSame(last.info, back.mark)) throw new RecoveryFailure("stream-replaced");`,
    replacement: "",
    firstSeed: 5000,
  },
  {
    name: "a recovery that doesn't read on to what was late",
    file: "recovery/recovery.ts",
    text: "main.upTo < back.mark.seq ? null : await read(back.mark.seq + 1, last.mark.seq)",
    replacement: "null",
    firstSeed: 6000,
  },
  {
    name: "a stream that stopped answering, taken for its end",
    file: "recovery/recovery.ts",
    text: "left: Math.max(0, back.mark.seq - main.upTo)",
    replacement: "left: 0",
    firstSeed: 9000,
  },
  {
    name: "equal messages that are taken for told apart",
    file: "recovery/recovery.ts",
    text: "const missingAtMost = discarded + left + uncertain;",
    replacement: "const missingAtMost = discarded + left;",
    firstSeed: 14_000,
  },
  {
    name: "a recovery that a stop leaves under way",
    file: "recovery/recovery.ts",
    text: "  suspend(isStop = false): void {\n    this.#run?.abort();",
    replacement: "  suspend(isStop = false): void {",
  },
  {
    name: "an inbox that outlives its question",
    file: "recovery/ask.ts",
    text: "      subscription.unsubscribe();\n",
    replacement: "",
  },
  {
    name: "a dial that is cut instead of wound down",
    file: "link.ts",
    text: "if (signal.reason !== AT_ONCE) await this.#windDown();",
    replacement: "",
  },
];

describe("a client broken by hand is caught", () => {
  test("there are at least twelve", () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(12);
  });

  // Each plays in a thread of its own; as many at once as the project allows.
  test.concurrent.each(MUTANTS)("$name", { timeout: 300_000 }, async ({ firstSeed = 1, ...mutation }) => {
    const played = await playInThread({ count: SCHEDULES, firstSeed, stride: 1, mutation });
    expect(played.firstViolation).not.toBeNull();
  });

  test("and its life is told by its seed, shrunk to the deeds that it takes", async () => {
    const mutation = MUTANTS.find(({ name }) => name === "a countdown that outlives a stop");
    if (mutation === undefined) throw new Error("no such mutant");
    const { firstViolation } = await playInThread({
      count: 200,
      firstSeed: 1,
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
