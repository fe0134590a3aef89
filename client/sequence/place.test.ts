import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLater, Place } from "./place.ts";
import { Stored } from "./stored.ts";

function stored(sequence: number): Stored {
  const time = new Date(sequence * 1000).toISOString();
  const data = new TextEncoder().encode(String(sequence));
  return new Stored({ subject: "s", data, sequence, time, headers: undefined }, false);
}

function placed(filter = "s", at: number | null = 10) {
  const handed: number[] = [];
  const recovered: number[] = [];
  const place = new Place(filter, ({ sequence }, wasLive) => {
    handed.push(sequence);
    if (!wasLive) recovered.push(sequence);
  });
  if (at !== null) place.begin(at, new Date(at * 1000).toISOString());
  return { place, handed, recovered };
}

describe("Place", () => {
  test("what follows is handed on at once; what leaves a hole waits until the hole is read", () => {
    const { place, handed, recovered } = placed("s.>");
    expect(place.live(stored(11), 0)).toBe("next");
    expect(place.live(stored(14), 0)).toBe("held");
    expect(place.live(stored(15), 14)).toBe("held");
    expect(handed).toEqual([11]);
    expect(place.lacks).toBe(0);
    place.wanted = place.goal;
    expect(place.lacks).toBeGreaterThan(0);
    place.read(stored(12));
    place.read(stored(13));
    expect(handed).toEqual([11, 12, 13, 14, 15]);
    expect(recovered).toEqual([12, 13]);
    expect(place.lacks).toBe(0);
    expect(place.unproven).toBeNull();
  });

  test("on one subject its chain proves that what lies between is others'; on several it proves nothing", () => {
    const one = placed("s");
    one.place.live(stored(11), 0);
    expect(one.place.live(stored(20), 11)).toBe("next");
    expect(one.place.live(stored(30), 19)).toBe("held");
    const several = placed("s.*");
    several.place.live(stored(11), 0);
    expect(several.place.live(stored(20), 11)).toBe("held");
  });

  test("a chain whose last link is gone from the stream proves nothing", () => {
    const { place } = placed("s");
    place.live(stored(11), 0);
    expect(place.live(stored(20), 0)).toBe("held");
  });

  test("what is read beyond what was held hands that on first, and notes what nobody named", () => {
    const { place, handed } = placed("s.>");
    place.live(stored(13), 0);
    place.live(stored(14), 0);
    place.read(stored(20));
    expect(handed).toEqual([13, 14, 20]);
    expect(place.unproven).toEqual({ after: 10, upTo: 19, count: 7 });
    const { unproven } = place;
    if (unproven !== null) place.settle(unproven, { ...unproven });
    expect(place.unproven).toBeNull();
  });

  test("what is settled leaves what came to it meanwhile", () => {
    const { place } = placed("s.>");
    place.read(stored(13));
    const first = place.unproven;
    const asked = { after: 10, upTo: 12, count: 2 };
    expect(first).toEqual(asked);
    place.read(stored(16));
    if (first === null) throw new Error("nothing is unproven");
    place.settle(first, asked);
    expect(place.unproven).toEqual({ after: 12, upTo: 15, count: 2 });
  });

  test("what is learnt of a stream that isn't there any more, or was given up, settles nothing of what came since", () => {
    const { place } = placed("s.>");
    place.read(stored(13));
    const first = place.unproven;
    place.restart();
    place.read(stored(3));
    if (first === null) throw new Error("nothing is unproven");
    expect(place.settle(first, { ...first })).toBe(false);
    expect(place.unproven).toEqual({ after: 0, upTo: 2, count: 2 });
  });

  test("what came before the place was known is handed on after it, and never before", () => {
    const { place, handed } = placed("s.>", null);
    for (const sequence of [12, 9, 11]) place.live(stored(sequence), 0);
    expect(handed).toEqual([]);
    place.begin(10, new Date(10_000).toISOString());
    expect(handed).toEqual([11, 12]);
  });

  test("only so much is held back; the rest is left to be read", () => {
    const { place, handed } = placed("s.>");
    for (let sequence = 12; sequence < 12_012; sequence += 1) place.live(stored(sequence), 0);
    place.wanted = place.goal;
    expect(place.lacks).toBeGreaterThan(0);
    place.read(stored(11));
    expect(handed.length).toBe(10_001);
    expect(place.lacks).toBeGreaterThan(0);
    for (let sequence = place.at ?? 0; sequence < 12_012; sequence += 1) place.read(stored(sequence));
    expect(handed).toEqual(Array.from({ length: 12_001 }, (_, i) => i + 11));
    expect(place.lacks).toBe(0);
  });

  test("what was announced is due until as many were read; what is named, once", () => {
    const { place } = placed("s.>");
    for (const sequence of [11, 11, undefined, undefined]) place.announced(sequence);
    expect(place.due).toBe(3);
    for (const sequence of [11, 12, 12]) place.read(stored(sequence));
    expect(place.due).toBe(1);
    for (const sequence of [13, 14]) place.read(stored(sequence));
    place.announced();
    expect(place.due).toBe(1);
  });

  test("what can't be read is let go, and noted", () => {
    const { place, handed } = placed("s.>");
    for (const sequence of [13, 15]) place.live(stored(sequence), 0);
    place.wanted = place.goal;
    place.release();
    expect(handed).toEqual([13, 15]);
    expect(place.unproven).toEqual({ after: 10, upTo: 14, count: 3 });
    expect(place.lacks).toBe(0);
  });

  test("whatever is lost, repeated and overtaken on two links: each once, in order, all accounted for", () => {
    const arrivals = fc.record({
      /** Which sequences are others'. */
      others: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      /** Which the stream has let go of. */
      gone: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      /** What comes when: a live message, or a read of so many. */
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
        const { place, handed } = placed("s.>", 0);
        const mine = others.flatMap((isOther, index) => (isOther ? [] : [index + 1]));
        const there = mine.filter((sequence) => gone[sequence - 1] !== true);
        const came = new Set<number>();
        const read = (count: number) => {
          const next = there.filter((sequence) => sequence > (place.at ?? 0)).slice(0, count);
          for (const sequence of next) place.read(stored(sequence));
        };
        for (const event of events) {
          if ("read" in event) read(event.read);
          else if (mine.includes(event.live + 1)) {
            came.add(event.live + 1);
            place.live(stored(event.live + 1), 0);
          }
        }
        read(100);
        expect(handed).toEqual([...new Set(handed)].sort((a, b) => a - b));
        expect(there.filter((sequence) => !handed.includes(sequence))).toEqual([]);
        // What neither came in time nor can be read is among what is noted.
        const at = place.at ?? 0;
        const unnamed = Array.from({ length: at }, (_, i) => i + 1).filter((one) => !handed.includes(one));
        expect(place.unproven?.count ?? 0).toBe(unnamed.length);
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
