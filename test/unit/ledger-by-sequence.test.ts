/** The ledger must detect each kind of fault: one that misses losses would make every test that uses it pass. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountBySequence, type SequencedAccount } from "../support/ledger/by-sequence.ts";
import type { Entry, Missing } from "../support/ledger/entries.ts";

const stored = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `m${index}`,
    sequence: 100 + index,
    atMs: 10_000 + 1000 * index,
  }));
const message = (index: number, sequence: number | undefined = 100 + index): Entry => ({
  type: "message",
  id: `m${index}`,
  sequence,
});
const messages = (...indexes: readonly number[]): Entry[] => indexes.map((index) => message(index));
/** A gap; by default for a time in which nothing was published. */
const gap = (missing: Missing, recovered = 0, fromMs = 0, toMs = 1): Entry => ({
  type: "gap",
  kind: "break",
  fromMs,
  toMs,
  missing,
  recovered,
});

const CLEAN: SequencedAccount = {
  published: 6,
  delivered: 6,
  duplicated: 0,
  disordered: 0,
  unknown: 0,
  misnumbered: 0,
  lostReported: 0,
  lostUnreported: 0,
  overReported: 0,
  recovered: 0,
};

test.each<{ name: string; entries: Entry[]; found: Partial<SequencedAccount> }>([
  { name: "all in order", entries: messages(0, 1, 2, 3, 4, 5), found: {} },
  {
    name: "a gap that was healed",
    entries: [...messages(0, 1, 2, 3), gap({ exactly: 0 }, 2), ...messages(4, 5)],
    found: { recovered: 2 },
  },
  {
    name: "a loss without a word",
    entries: messages(0, 1, 3, 4, 5),
    found: { delivered: 5, lostUnreported: 1 },
  },
  { name: "the first lost", entries: messages(1, 2, 3, 4, 5), found: { delivered: 5, lostUnreported: 1 } },
  { name: "the last lost", entries: messages(0, 1, 2, 3, 4), found: { delivered: 5, lostUnreported: 1 } },
  { name: "nothing at all", entries: [], found: { delivered: 0, lostUnreported: 6 } },
  {
    name: "a loss that is told at its place",
    entries: [...messages(0, 1), gap({ exactly: 2 }), ...messages(4, 5)],
    found: { delivered: 4, lostReported: 2 },
  },
  {
    name: "a loss at the end that is told",
    entries: [...messages(0, 1, 2, 3), gap({ atMost: 9 })],
    found: { delivered: 4, lostReported: 2 },
  },
  {
    name: "a loss that is told elsewhere",
    entries: [...messages(0, 3, 4), gap({ exactly: 2 }), ...messages(5)],
    found: { delivered: 4, lostUnreported: 2, overReported: 2 },
  },
  {
    name: "a loss that is told later, for its time",
    entries: [...messages(0, 3, 4), gap({ exactly: 2 }, 0, 10_900, 12_100), ...messages(5)],
    found: { delivered: 4, lostReported: 2 },
  },
  {
    name: "a loss that is told later, for another time",
    entries: [...messages(0, 3, 4), gap({ atMost: 2 }, 0, 12_500, 14_500), ...messages(5)],
    found: { delivered: 4, lostUnreported: 2 },
  },
  {
    name: "a loss of which too little is told",
    entries: [message(0), gap({ exactly: 1 }), ...messages(4, 5)],
    found: { delivered: 3, lostReported: 1, lostUnreported: 2 },
  },
  {
    name: "a bound that is too low",
    entries: [message(0), gap({ atMost: 2 }), ...messages(4, 5)],
    found: { delivered: 3, lostReported: 2, lostUnreported: 1 },
  },
  {
    name: "a number that is too high",
    entries: [message(0), gap({ exactly: 5 }), ...messages(2, 3, 4, 5)],
    found: { delivered: 5, lostReported: 1, overReported: 4 },
  },
  {
    name: "a bound that is too high is no lie",
    entries: [message(0), gap({ atMost: 5 }), ...messages(2, 3, 4, 5)],
    found: { delivered: 5, lostReported: 1 },
  },
  { name: "one twice", entries: messages(0, 1, 2, 2, 3, 4, 5), found: { duplicated: 1 } },
  { name: "one again much later", entries: messages(0, 1, 2, 3, 4, 5, 0), found: { duplicated: 1 } },
  { name: "two mixed up", entries: messages(0, 2, 1, 3, 4, 5), found: { disordered: 1 } },
  {
    name: "a stranger",
    entries: [...messages(0, 1, 2, 3, 4, 5), { type: "message", id: "x", sequence: 105 }],
    found: { unknown: 1 },
  },
  {
    name: "another's sequence",
    entries: [...messages(0, 1, 2, 3, 4), message(5, 104)],
    found: { misnumbered: 1 },
  },
  {
    name: "no sequence",
    entries: [...messages(0, 1, 2, 3, 4), { type: "message", id: "m5" }],
    found: { misnumbered: 1 },
  },
])("$name", ({ entries, found }) => {
  expect(accountBySequence(stored(6), entries)).toEqual({ ...CLEAN, ...found });
});

test("accepts sequences that start again, as in a recreated stream", () => {
  const published = [...stored(2), { id: "n0", sequence: 1, atMs: 0 }];
  const entries: Entry[] = [...messages(0, 1), { type: "message", id: "n0", sequence: 1 }];
  expect(accountBySequence(published, entries)).toMatchObject({
    delivered: 3,
    disordered: 0,
    misnumbered: 0,
  });
});

test("refuses two published messages that can't be distinguished", () => {
  expect(() => accountBySequence([...stored(1), ...stored(1)], [])).toThrow("the same id");
});

describe("for any feed", () => {
  const feed = fc.array(
    fc.oneof(
      fc.nat(19).map((index) => message(index)),
      fc.nat(4).map((exactly) => gap({ exactly })),
    ),
  );
  test("each published message counts as delivered, reported missing, or silently lost", () => {
    fc.assert(
      fc.property(feed, (entries) => {
        const { published, delivered, lostReported, lostUnreported } = accountBySequence(stored(20), entries);
        expect(delivered + lostReported + lostUnreported).toBe(published);
      }),
    );
  });
  test("each delivery counts as new or as a duplicate", () => {
    fc.assert(
      fc.property(feed, (entries) => {
        const { delivered, duplicated } = accountBySequence(stored(20), entries);
        expect(delivered + duplicated).toBe(entries.filter(({ type }) => type === "message").length);
      }),
    );
  });
  test("gaps never account for more messages than their numbers", () => {
    fc.assert(
      fc.property(feed, (entries) => {
        const { lostReported, overReported } = accountBySequence(stored(20), entries);
        const sum = entries.reduce(
          (total, entry) =>
            entry.type === "gap" && typeof entry.missing === "object" && "exactly" in entry.missing
              ? total + entry.missing.exactly
              : total,
          0,
        );
        expect(lostReported + overReported).toBe(sum);
      }),
    );
  });
});
