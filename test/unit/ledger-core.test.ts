/** The ledger must detect each kind of fault: one that misses losses would make every test that uses it pass. */
import { expect, test } from "vitest";
import { accountCore, type CoreAccount, type CoreTruth } from "../support/ledger/core.ts";
import type { Entry, Missing } from "../support/ledger/entries.ts";

/** One message a second: message `i` is sent at `1000 * (i + 1)` and reaches both servers 5 ms later. */
const SENT = Array.from({ length: 6 }, (_, index) => ({
  id: `m${index}`,
  publisher: "p",
  atMs: 1000 * (index + 1),
}));

const truth = (
  more: Partial<CoreTruth> = {},
  never: { readonly id: string; readonly server: number }[] = [],
): CoreTruth => ({
  sent: SENT,
  arrivals: new Map(
    SENT.map(({ id, atMs }) => {
      const servers = [0, 1].filter((server) => !never.some((one) => one.id === id && one.server === server));
      return [id, new Map(servers.map((server) => [server, atMs + 5]))];
    }),
  ),
  attached: [{ server: 0, fromMs: 0, toMs: 10_000 }],
  frozen: [],
  toleranceMs: 100,
  ...more,
});

const messages = (...indexes: readonly number[]): Entry[] =>
  indexes.map((index) => ({ type: "message", id: `m${index}` }));
const gap = (fromMs: number, toMs: number, missing: Missing = "unknown"): Entry => ({
  type: "gap",
  kind: "break",
  fromMs,
  toMs,
  missing,
  recovered: 0,
});

const CLEAN: CoreAccount = {
  published: 6,
  delivered: 6,
  duplicated: 0,
  disordered: 0,
  unknown: 0,
  lostReported: 0,
  lostUnreported: 0,
  unknowable: 0,
  overReported: 0,
};
const ALL = messages(0, 1, 2, 3, 4, 5);
const WITHOUT_2 = messages(0, 1, 3, 4, 5);

test.each<{ name: string; truth?: CoreTruth; entries: Entry[]; found: Partial<CoreAccount> }>([
  { name: "all of them", entries: ALL, found: {} },
  { name: "a loss without a word", entries: WITHOUT_2, found: { delivered: 5, lostUnreported: 1 } },
  { name: "nothing at all", entries: [], found: { delivered: 0, lostUnreported: 6 } },
  {
    name: "a loss inside a gap, whenever it is told",
    entries: [...WITHOUT_2, gap(2500, 3500)],
    found: { delivered: 5, lostReported: 1 },
  },
  {
    name: "a loss beside a gap",
    entries: [...WITHOUT_2, gap(3200, 3900)],
    found: { delivered: 5, lostUnreported: 1 },
  },
  {
    name: "two losses in a gap that stands for one",
    entries: [...messages(0, 1, 4, 5), gap(2500, 4500, { atMost: 1 })],
    found: { delivered: 4, lostReported: 1, lostUnreported: 1 },
  },
  {
    name: "an exact number that is too high",
    entries: [...WITHOUT_2, gap(2500, 3500, { exactly: 3 })],
    found: { delivered: 5, lostReported: 1, overReported: 2 },
  },
  { name: "one twice", entries: [...ALL, ...messages(3)], found: { duplicated: 1 } },
  { name: "two mixed up", entries: messages(0, 2, 1, 3, 4, 5), found: { disordered: 1 } },
  { name: "a stranger", entries: [...ALL, { type: "message", id: "x" }], found: { unknown: 1 } },
  {
    name: "a loss that the client's server never had, with its link alive",
    truth: truth({}, [{ id: "m2", server: 0 }]),
    entries: WITHOUT_2,
    found: { delivered: 5, unknowable: 1 },
  },
  {
    name: "a loss that only the other server never had",
    truth: truth({}, [{ id: "m2", server: 1 }]),
    entries: WITHOUT_2,
    found: { delivered: 5, lostUnreported: 1 },
  },
  {
    name: "a loss that one of two servers had around a handover",
    truth: truth(
      {
        attached: [
          { server: 0, fromMs: 0, toMs: 3050 },
          { server: 1, fromMs: 2950, toMs: 10_000 },
        ],
      },
      [{ id: "m2", server: 0 }],
    ),
    entries: WITHOUT_2,
    found: { delivered: 5, lostUnreported: 1 },
  },
  {
    name: "a loss that came to the old server after the client had left it, and never to the new one",
    truth: truth(
      {
        attached: [
          { server: 1, fromMs: 0, toMs: 2900 },
          { server: 0, fromMs: 2800, toMs: 10_000 },
        ],
      },
      [{ id: "m2", server: 0 }],
    ),
    entries: WITHOUT_2,
    found: { delivered: 5, unknowable: 1 },
  },
  {
    name: "a loss that came to the old server too late, and to the new one too soon",
    truth: truth({
      attached: [
        { server: 0, fromMs: 0, toMs: 2500 },
        { server: 1, fromMs: 2400, toMs: 10_000 },
      ],
      arrivals: new Map([
        [
          "m2",
          new Map([
            [0, 3005],
            [1, 2300],
          ]),
        ],
      ]),
    }),
    entries: WITHOUT_2,
    found: { delivered: 5, lostUnreported: 1 },
  },
  {
    name: "a loss at a server that was stopped, and left too soon to notice it",
    truth: truth(
      {
        attached: [
          { server: 0, fromMs: 0, toMs: 3500 },
          { server: 1, fromMs: 3400, toMs: 10_000 },
        ],
        frozen: [{ server: 0, fromMs: 2500, toMs: 6000 }],
      },
      [
        { id: "m2", server: 0 },
        { id: "m2", server: 1 },
      ],
    ),
    entries: WITHOUT_2,
    found: { delivered: 5, unknowable: 1 },
  },
  {
    name: "a loss while the client was on no server",
    truth: truth({
      attached: [
        { server: 0, fromMs: 0, toMs: 2500 },
        { server: 0, fromMs: 3500, toMs: 10_000 },
      ],
    }),
    entries: WITHOUT_2,
    found: { delivered: 5, lostUnreported: 1 },
  },
  {
    name: "a loss at a server that was stopped: the client must notice",
    truth: truth({ frozen: [{ server: 0, fromMs: 2500, toMs: 6000 }] }, [{ id: "m2", server: 0 }]),
    entries: WITHOUT_2,
    found: { delivered: 5, lostUnreported: 1 },
  },
  {
    name: "a message that was long on its way is told by a gap at its arrival",
    truth: truth({ arrivals: new Map([["m2", new Map([[0, 7000]])]]) }),
    entries: [...WITHOUT_2, gap(6500, 7500)],
    found: { delivered: 5, lostReported: 1 },
  },
])("$name", ({ truth: held = truth(), entries, found }) => {
  expect(accountCore(held, entries)).toEqual({ ...CLEAN, ...found });
});

test("checks the order of each publisher separately", () => {
  const sent = [
    { id: "a", publisher: "one", atMs: 1 },
    { id: "b", publisher: "two", atMs: 2 },
  ];
  const entries: Entry[] = [
    { type: "message", id: "b" },
    { type: "message", id: "a" },
  ];
  expect(accountCore(truth({ sent, arrivals: new Map() }), entries)).toMatchObject({ disordered: 0 });
});

test("refuses two messages that can't be distinguished", () => {
  expect(() => accountCore(truth({ sent: [...SENT, ...SENT] }), [])).toThrow("the same id");
});
