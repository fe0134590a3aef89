import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message } from "../message.ts";
import { contentOf } from "../subscriptions/overlap.ts";
import { Journal, type Mark, SETTLE_MS } from "./journal.ts";
import { compare, type Matched } from "./match.ts";

/** A message's life: when the server took it, and when it was in the stream. */
interface Published {
  readonly atMs: number;
  readonly storedAtMs: number;
  readonly message: Message;
}

/** Gaps between messages, how long each takes into the stream, and the network. */
interface Life {
  readonly gapsMs: readonly number[];
  readonly lagsMs: readonly number[];
  readonly latencyMs: number;
  /** When the last mark before the break was asked for, and how long after it the link broke. */
  readonly markedAtMs: number;
  readonly brokeAfterMs: number;
  readonly awayMs: number;
  readonly readingMs: number;
}

const lives = fc.record<Life>({
  gapsMs: fc.array(fc.nat({ max: 90 }), { minLength: 1, maxLength: 150 }),
  lagsMs: fc.array(fc.nat({ max: SETTLE_MS - 1 }), { minLength: 1, maxLength: 20 }),
  latencyMs: fc.nat({ max: 60 }),
  markedAtMs: fc.integer({ min: 3 * SETTLE_MS + 200, max: 3000 }),
  brokeAfterMs: fc.nat({ max: 1500 }),
  awayMs: fc.nat({ max: 2000 }),
  readingMs: fc.nat({ max: 300 }),
});

function text(content: string): Message {
  return { subject: "t", data: new TextEncoder().encode(content), isHistory: false, respond: () => false };
}

function publishedIn({ gapsMs, lagsMs }: Life, textOf: (index: number) => string): Published[] {
  let atMs = 0;
  let storedAtMs = 0;
  return gapsMs.map((gapMs, index) => {
    atMs += gapMs;
    // One after the other goes into the stream: none overtakes another.
    storedAtMs = Math.max(storedAtMs, atMs + (lagsMs[index % lagsMs.length] ?? 0));
    return { atMs, storedAtMs, message: text(textOf(index)) };
  });
}

/** Plays a life through a break: what its handler got, and what it ought to have got. */
function play(life: Life, textOf: (index: number) => string) {
  const { latencyMs, markedAtMs, brokeAfterMs, awayMs, readingMs } = life;
  const published = publishedIn(life, textOf);
  const seqAt = (atMs: number) => published.filter(({ storedAtMs }) => storedAtMs <= atMs).length;
  const markAt = (askedAtMs: number): Mark => ({
    seq: seqAt(askedAtMs + latencyMs),
    askedAtMs,
    answeredAtMs: askedAtMs + 2 * latencyMs,
  });
  const older = markAt(SETTLE_MS);
  const newer = markAt(Math.max(markedAtMs, older.answeredAtMs + 2 * SETTLE_MS));
  const brokeAtMs = newer.answeredAtMs + brokeAfterMs;
  const subscribedAtMs = brokeAtMs + awayMs;
  const back = markAt(subscribedAtMs + latencyMs + SETTLE_MS);
  const last = markAt(back.answeredAtMs + 2 * SETTLE_MS);
  const overAtMs = last.answeredAtMs + readingMs;

  const journal = new Journal();
  const marks = [older, newer];
  const got: Message[] = [];
  const due: Message[] = [];
  let missed = 0;
  for (const { atMs, message } of published) {
    const arrivesAtMs = atMs + latencyMs;
    while (marks[0] !== undefined && marks[0].answeredAtMs <= arrivesAtMs)
      journal.mark(marks.shift() as Mark);
    if (arrivesAtMs > overAtMs) continue;
    due.push(message);
    if (arrivesAtMs <= brokeAtMs) {
      got.push(message);
      journal.note(message, arrivesAtMs, false);
    } else if (atMs >= subscribedAtMs) journal.note(message, arrivesAtMs, true);
    else missed += 1;
  }
  for (const mark of marks) journal.mark(mark);
  const stored = published
    .map(({ message }, index) => ({ seq: index + 1, message }))
    .filter(({ seq }) => seq > older.seq && seq <= last.seq);
  const matched = compare({
    contentOf,
    observations: journal.observations,
    stored,
    marks: [older, newer, back, last],
    cameUpTo: newer.seq,
    missedUpTo: back.seq,
  });
  got.push(...matched.deliveries.map(({ message }) => message));
  return { got: got.map(contentIn), due: due.map(contentIn), missed, matched };
}

const contentIn = ({ data }: Message): string => new TextDecoder().decode(data);
const missedOf = ({ deliveries }: Matched): number => deliveries.filter(({ isMissed }) => isMissed).length;

/** How many of `list` there are more than in `other`, over all contents. */
function surplus(list: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const one of other) counts.set(one, (counts.get(one) ?? 0) + 1);
  let more = 0;
  for (const one of list) {
    const left = counts.get(one) ?? 0;
    if (left === 0) more += 1;
    else counts.set(one, left - 1);
  }
  return more;
}

describe("what was missed", () => {
  test("messages that differ are all delivered, exactly once, in order, whatever was under way", () => {
    fc.assert(
      fc.property(lives, (life) => {
        const { got, due, missed, matched } = play(life, String);
        expect(got).toEqual(due);
        expect(missedOf(matched)).toBe(missed);
        expect(matched.uncertain).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  test("of equal messages none is delivered twice, and what may be lost is counted", () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 1, max: 40 }), (life, kinds) => {
        const { got, due, matched } = play(life, (index) => String(index % kinds));
        expect(surplus(got, due)).toBe(0);
        expect(surplus(due, got)).toBeLessThanOrEqual(matched.uncertain);
      }),
      { numRuns: 2000 },
    );
  });

  test("equal messages with quiet around the marks are told apart exactly", () => {
    const life: Life = {
      gapsMs: Array.from({ length: 20 }, () => 1300),
      lagsMs: [20],
      latencyMs: 10,
      markedAtMs: 3200,
      brokeAfterMs: 1000,
      awayMs: 5000,
      readingMs: 0,
    };
    const { got, due, missed, matched } = play(life, () => "tick");
    expect(got).toEqual(due);
    expect(missed).toBeGreaterThan(2);
    expect([missedOf(matched), matched.uncertain]).toEqual([missed, 0]);
  });

  test("what the stream doesn't show is delivered once it is held, and nothing else", () => {
    const mark = (seq: number, atMs: number): Mark => ({ seq, askedAtMs: atMs, answeredAtMs: atMs });
    const held = { message: text("refused by the stream"), atMs: 5000, held: true };
    const { deliveries } = compare({
      contentOf,
      observations: [{ message: text("delivered"), atMs: 500, held: false }, held],
      stored: [],
      marks: [mark(1, 1000), mark(2, 6000), mark(3, 7000)],
      cameUpTo: 1,
      missedUpTo: 2,
    });
    expect(deliveries).toEqual([{ message: held.message, isMissed: false }]);
  });

  test("what the stream had let go of by then comes before what arrived after it", () => {
    const mark = (seq: number, atMs: number): Mark => ({ seq, askedAtMs: atMs, answeredAtMs: atMs });
    const held = ["let go of", "kept", "not stored yet"].map((content, index) => ({
      message: text(content),
      atMs: 5000 + index,
      held: true,
    }));
    const missed = text("missed");
    const { deliveries } = compare({
      contentOf,
      observations: held,
      stored: [
        { seq: 3, message: missed },
        { seq: 5, message: text("kept") },
      ],
      marks: [mark(2, 1000), mark(5, 6000), mark(5, 7000)],
      cameUpTo: 2,
      missedUpTo: 5,
    });
    expect(deliveries.map(({ message }) => message)).toEqual([missed, ...held.map(({ message }) => message)]);
  });
});
