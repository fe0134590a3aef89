import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Cursor, isLater } from "./cursor.ts";
import { StoredMessage } from "./stored.ts";

function stored(sequence: number): StoredMessage {
  const time = new Date(sequence * 1000).toISOString();
  const data = new TextEncoder().encode(String(sequence));
  return new StoredMessage({ subject: "s", data, sequence, time, headers: undefined }, false);
}

function cursorAt(filter = "s", position: number | null = 10) {
  const delivered: number[] = [];
  const recovered: number[] = [];
  const cursor = new Cursor(filter, ({ sequence }, wasLive) => {
    delivered.push(sequence);
    if (!wasLive) recovered.push(sequence);
  });
  if (position !== null) cursor.begin(position, new Date(position * 1000).toISOString());
  return { cursor, delivered, recovered };
}

describe("Cursor", () => {
  test("a message that follows is delivered at once; one after a hole is held until the hole is read", () => {
    const { cursor, delivered, recovered } = cursorAt("s.>");
    expect(cursor.onLive(stored(11), 0)).toBe("next");
    expect(cursor.onLive(stored(14), 0)).toBe("held");
    expect(cursor.onLive(stored(15), 14)).toBe("held");
    expect(delivered).toEqual([11]);
    expect(cursor.lastMissing).toBe(0);
    cursor.readTarget = cursor.highestKnown;
    expect(cursor.lastMissing).toBeGreaterThan(0);
    cursor.onRead(stored(12));
    cursor.onRead(stored(13));
    expect(delivered).toEqual([11, 12, 13, 14, 15]);
    expect(recovered).toEqual([12, 13]);
    expect(cursor.lastMissing).toBe(0);
    expect(cursor.skipped).toBeNull();
  });

  test("`Nats-Last-Sequence` proves that nothing lies between on one subject, but not on several", () => {
    const one = cursorAt("s");
    one.cursor.onLive(stored(11), 0);
    expect(one.cursor.onLive(stored(20), 11)).toBe("next");
    expect(one.cursor.onLive(stored(30), 19)).toBe("held");
    const several = cursorAt("s.*");
    several.cursor.onLive(stored(11), 0);
    expect(several.cursor.onLive(stored(20), 11)).toBe("held");
  });

  test("a `Nats-Last-Sequence` of 0 proves nothing", () => {
    const { cursor } = cursorAt("s");
    cursor.onLive(stored(11), 0);
    expect(cursor.onLive(stored(20), 0)).toBe("held");
  });

  test("a read beyond held messages delivers them first, and counts the sequences it skips", () => {
    const { cursor, delivered } = cursorAt("s.>");
    cursor.onLive(stored(13), 0);
    cursor.onLive(stored(14), 0);
    cursor.onRead(stored(20));
    expect(delivered).toEqual([13, 14, 20]);
    expect(cursor.skipped).toEqual({ after: 10, upTo: 19, count: 7 });
    const { skipped } = cursor;
    if (skipped !== null) cursor.resolveSkipped(skipped, { ...skipped });
    expect(cursor.skipped).toBeNull();
  });

  test("resolving a skipped range leaves what was added to it meanwhile", () => {
    const { cursor } = cursorAt("s.>");
    cursor.onRead(stored(13));
    const first = cursor.skipped;
    const asked = { after: 10, upTo: 12, count: 2 };
    expect(first).toEqual(asked);
    cursor.onRead(stored(16));
    if (first === null) throw new Error("nothing was skipped");
    cursor.resolveSkipped(first, asked);
    expect(cursor.skipped).toEqual({ after: 12, upTo: 15, count: 2 });
  });

  test("a count for a stream that was recreated meanwhile resolves nothing of the new stream's skipped range", () => {
    const { cursor } = cursorAt("s.>");
    cursor.onRead(stored(13));
    const first = cursor.skipped;
    cursor.restart();
    cursor.onRead(stored(3));
    if (first === null) throw new Error("nothing was skipped");
    expect(cursor.resolveSkipped(first, { ...first })).toBe(false);
    expect(cursor.skipped).toEqual({ after: 0, upTo: 2, count: 2 });
  });

  test("messages that arrive before the position is known are delivered once it is, if they are after it", () => {
    const { cursor, delivered } = cursorAt("s.>", null);
    for (const sequence of [12, 9, 11]) cursor.onLive(stored(sequence), 0);
    expect(delivered).toEqual([]);
    cursor.begin(10, new Date(10_000).toISOString());
    expect(delivered).toEqual([11, 12]);
  });

  test("only so many messages are held; the rest is read from the stream", () => {
    const { cursor, delivered } = cursorAt("s.>");
    for (let sequence = 12; sequence < 12_012; sequence += 1) cursor.onLive(stored(sequence), 0);
    cursor.readTarget = cursor.highestKnown;
    expect(cursor.lastMissing).toBeGreaterThan(0);
    cursor.onRead(stored(11));
    expect(delivered.length).toBe(10_001);
    expect(cursor.lastMissing).toBeGreaterThan(0);
    for (let sequence = cursor.position ?? 0; sequence < 12_012; sequence += 1)
      cursor.onRead(stored(sequence));
    expect(delivered).toEqual(Array.from({ length: 12_001 }, (_, i) => i + 11));
    expect(cursor.lastMissing).toBe(0);
  });

  test("announced messages are awaited until as many were read; the same sequence counts once", () => {
    const { cursor } = cursorAt("s.>");
    for (const sequence of [11, 11, undefined, undefined]) cursor.onAnnouncement(sequence);
    expect(cursor.awaited).toBe(3);
    for (const sequence of [11, 12, 12]) cursor.onRead(stored(sequence));
    expect(cursor.awaited).toBe(1);
    for (const sequence of [13, 14]) cursor.onRead(stored(sequence));
    cursor.onAnnouncement();
    expect(cursor.awaited).toBe(1);
  });

  test("messages that can't be read are skipped and counted", () => {
    const { cursor, delivered } = cursorAt("s.>");
    for (const sequence of [13, 15]) cursor.onLive(stored(sequence), 0);
    cursor.readTarget = cursor.highestKnown;
    cursor.skipMissing();
    expect(delivered).toEqual([13, 15]);
    expect(cursor.skipped).toEqual({ after: 10, upTo: 14, count: 3 });
    expect(cursor.lastMissing).toBe(0);
  });

  test("whatever two links lose, repeat and reorder, each message is delivered once, in order, and all are accounted for", () => {
    const arrivals = fc.record({
      /** Which sequences belong to other subjects. */
      others: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      /** Which messages the stream has discarded. */
      gone: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      /** What happens in turn: a live message, or a read of that many. */
      events: fc.array(
        fc.oneof(
          fc.record({ live: fc.nat({ max: 39 }) }),
          fc.record({ read: fc.integer({ min: 1, max: 10 }) }),
        ),
        { maxLength: 120 },
      ),
    });
    fc.assert(
      fc.property(arrivals, ({ others, gone, events }) => {
        const { cursor, delivered } = cursorAt("s.>", 0);
        const mine = others.flatMap((isOther, index) => (isOther ? [] : [index + 1]));
        const there = mine.filter((sequence) => gone[sequence - 1] !== true);
        const came = new Set<number>();
        const read = (count: number) => {
          const next = there.filter((sequence) => sequence > (cursor.position ?? 0)).slice(0, count);
          for (const sequence of next) cursor.onRead(stored(sequence));
        };
        for (const event of events) {
          if ("read" in event) read(event.read);
          else if (mine.includes(event.live + 1)) {
            came.add(event.live + 1);
            cursor.onLive(stored(event.live + 1), 0);
          }
        }
        read(100);
        expect(delivered).toEqual([...new Set(delivered)].sort((a, b) => a - b));
        expect(there.filter((sequence) => !delivered.includes(sequence))).toEqual([]);
        // A message that neither arrived in time nor can be read is counted as skipped.
        const at = cursor.position ?? 0;
        const unnamed = Array.from({ length: at }, (_, i) => i + 1).filter((one) => !delivered.includes(one));
        expect(cursor.skipped?.count ?? 0).toBe(unnamed.length);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ["2026-11-25T18:05:46.22639818Z", "2026-11-25T18:05:46.226398179Z", true],
  ["2026-11-25T18:05:46.2Z", "2026-11-25T18:05:46.19Z", true],
  ["2026-11-25T18:05:46Z", "2026-11-25T18:05:46.1Z", false],
  ["2026-11-25T18:05:47Z", "2026-11-25T18:05:46.999999999Z", true],
  ["2026-11-25T18:05:46.1Z", "2026-11-25T18:05:46.100Z", false],
  ["", "2026-11-25T18:05:46Z", false],
  ["2026-11-25T18:05:46Z", "", false],
])("%s is later than %s: %s", (time, than, expected) => {
  expect(isLater(time, than)).toBe(expected);
});
