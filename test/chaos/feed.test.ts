import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { type FeedCampaign, shrinkFeed } from "./feed-play.ts";
import { type Mutation, runThread, runThreads } from "./threads.ts";

/** Schedules played with the feed as it is. */
const LIVES = 2000;

/** Schedules played per mutant, until one violates an invariant. */
const MUTANT_LIVES = 20_000;

interface Mutant extends Mutation {
  readonly name: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: "a message after a hole is delivered at once",
    file: "sequence/cursor.ts",
    text: "if (sequence === (this.position ?? 0) + 1) return true;",
    replacement: "if (sequence > (this.position ?? 0)) return true;",
  },
  {
    name: "`Nats-Last-Sequence` counts as proof with wildcards, too",
    file: "sequence/cursor.ts",
    text: "return this.#isLiteral && previousOnSubject === this.lastMatch?.sequence;",
    replacement: "return previousOnSubject === this.lastMatch?.sequence;",
  },
  {
    name: "an older `Nats-Last-Sequence` counts as proof",
    file: "sequence/cursor.ts",
    text: "previousOnSubject === this.lastMatch?.sequence",
    replacement: "previousOnSubject <= (this.lastMatch?.sequence ?? 0)",
  },
  {
    name: "a message that a second link repeats is delivered again",
    file: "sequence/cursor.ts",
    text: "if (!isOld) this.#advance(message, true);",
    replacement: "this.#advance(message, true);",
  },
  {
    name: "skipped sequences are forgotten",
    file: "sequence/cursor.ts",
    text: "if (skipped <= 0) return;",
    replacement: "if (skipped <= 0 || this.lastMatch !== null) return;",
  },
  {
    name: "a held message is delivered without those before it",
    file: "sequence/cursor.ts",
    text: "if (!isNext && message.sequence > upTo) return;",
    replacement: "",
  },
  {
    name: "silence doesn't lead to a read",
    file: "sequence/feed.ts",
    text: "if (isSilent || cursor.needsIdentityCheck) wakeup.wake();",
    replacement: "",
  },
  {
    name: "a recreated stream goes unnoticed",
    file: "sequence/catch-up.ts",
    text: "if (isNewStream) restartFeed(context);",
    replacement: "if (isNewStream) return;",
  },
  {
    name: "the same message passes for a recreated stream's",
    file: "sequence/catch-up.ts",
    text: "const isOurs = isSame(stored, lastMessage);",
    replacement: "const isOurs = false;",
  },
  {
    name: "a message that a replica lacks counts as discarded at once",
    file: "sequence/catch-up.ts",
    text: "const isTooLate = waitedMs >= REREAD_MS.all;",
    replacement: "const isTooLate = waitedMs >= 0;",
  },
  {
    name: "messages that a replica lacked are counted once it has them",
    file: "sequence/catch-up.ts",
    text: "if (mayExist) losses.giveUpSkipped();",
    replacement: "",
  },
  {
    name: "the lowest of differing counts is reported as missing",
    file: "sequence/missing.ts",
    text: "return votes(0) === best ? 0 : most;",
    replacement: "return Math.min(...bounds.flat());",
  },
  {
    name: "the highest of differing counts is reported at once",
    file: "sequence/missing.ts",
    text: "if (most === Math.min(...bounds.flat())) return most;",
    replacement: "return most;",
  },
  {
    name: "a message that is announced and never stored is awaited as long as others arrive",
    file: "sequence/catch-up.ts",
    text: "if (nowMs >= awaitedUntilMs && cursor.position !== movedFrom) {",
    replacement: "if (nowMs < 0) {",
  },
  {
    name: "a break is reported without what is missing",
    file: "sequence/losses.ts",
    text: `if (missing !== "unknown") return missing;`,
    replacement: "return NOTHING;",
  },
  {
    name: "a lost answer goes unnoticed",
    file: "sequence/stream.ts",
    text: `if (!isSingle && Number(last) !== previous) return "done";`,
    replacement: "",
  },
  {
    name: "a publisher's headers pass for the server's",
    file: "headers.ts",
    text: "this.#added ??= this.#text.lastIndexOf(SECOND_ADDED);",
    replacement: "",
  },
  {
    name: "a late listener is forgotten while the stream can't be read",
    file: "sequence/feed.ts",
    text: `else if (state === "unreadable") this.#skipUnreadable();`,
    replacement: "",
  },
  {
    name: "an answer of Direct Get that is aimed at the feed passes for a message",
    file: "sequence/feed.ts",
    text: "if (parts === null || !isRepublished || !covers(subject, parts.subject))",
    replacement: "if (parts === null)",
  },
  {
    name: "a listener gets its history again as live messages",
    file: "sequence/feed-listeners.ts",
    text: "if (this.liveAfter === null || message.sequence <= this.liveAfter) return;",
    replacement: "if (this.liveAfter === null) return;",
  },
  {
    name: "a listener that replaces another gets a new position",
    file: "sequence/feed-listeners.ts",
    text: "const inherits = history === undefined && before !== undefined;",
    replacement: "const inherits = false;",
  },
  {
    name: "messages buffered while a history was read are forgotten",
    file: "sequence/feed-listeners.ts",
    text: "for (const message of buffered) this.deliver(message);",
    replacement: "",
  },
  {
    name: "a history includes live messages",
    file: "sequence/history.ts",
    text: "if (parts.sequence > this.#upTo) return;",
    replacement: "",
  },
  {
    name: "a history ends where a replica is behind",
    file: "sequence/history.ts",
    text: `if (this.#shortReads <= MOST_SHORT_READS) throw new AskError("timeout");`,
    replacement: "",
  },
  {
    name: "a history that a replica cuts short for long counts as complete",
    file: "sequence/history.ts",
    text: "this.isIncomplete = isThere || (found === null && (await mayLag(stream, false)));",
    replacement: "",
  },
  {
    name: "discarded messages are never counted",
    file: "sequence/missing.ts",
    text: "const counted = stream.countsPending ? await countAbsent(stream, skipped) : skipped.count;",
    replacement: "const counted = stream.countsPending ? 0 : skipped.count;",
  },
];

const FEED_THREAD = new URL("./feed-thread.ts", import.meta.url);

describe("random lives of a feed by sequence in virtual time", () => {
  test(`in ${LIVES} schedules every message comes once and in order, or is reported as missing`, async () => {
    const shares = await runThreads<FeedCampaign>(FEED_THREAD, LIVES, 1, availableParallelism());
    const violation = shares.find((one) => one.violation !== null)?.violation ?? null;
    const shrunk = violation === null ? null : await shrinkFeed(violation.schedule);
    expect({ what: violation?.what, shrunk }).toEqual({ what: undefined, shrunk: null });
    expect(shares.reduce((sum, { played }) => sum + played, 0)).toBe(LIVES);
  });
});

describe("a mutant of the feed violates an invariant", () => {
  // Each mutant plays in its own thread; vitest limits how many run at a time.
  test.concurrent.each(MUTANTS)("$name", async (mutation) => {
    const { violation } = await runThread<FeedCampaign>(FEED_THREAD, {
      count: MUTANT_LIVES,
      firstSeed: 1,
      stride: 1,
      mutation,
    });
    expect(violation).not.toBeNull();
  });
});
