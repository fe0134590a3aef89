import { expect, test } from "vitest";
import { covers } from "./covers.ts";
import { diagnose, type StreamInfo } from "./info.ts";
import { countMissing, isStoredElsewhere, mayLag } from "./missing.ts";
import { AskError, type AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";

/** A stream that answers with this, and has messages of these subjects, all after the place. */
function streamOf(info: StreamInfo | null, ...subjects: readonly string[]): Stream {
  const found = (filter: string) => {
    const subject = subjects.find((one) => covers(filter, one));
    return subject === undefined
      ? null
      : { subject, sequence: 6, time: "", data: new Uint8Array(), headers: undefined };
  };
  const asked: Pick<Stream, "directSubject" | "filter" | "get" | "find" | "request"> = {
    directSubject: "$JS.API.DIRECT.GET.S",
    filter: "s.*",
    get: async (body) => found("last_by_subj" in body ? body.last_by_subj : ">"),
    find: async (_, filter = "s.*") => {
      const first = found(filter);
      return first && { first, count: 1 };
    },
    request: async (subject, _, onAnswer) => {
      if (info === null) throw new AskError("denied");
      const data = new TextEncoder().encode(JSON.stringify(info));
      onAnswer({ subject, data, isHistory: false, respond: () => false }, 0);
    },
  };
  return asked as Stream;
}

const state = { messages: 1, first_seq: 1, last_seq: 5 };
const later = { ...state, last_seq: 6 };
const range = { after: 5, upTo: 8, count: 3 };

/** One whose INFO fails; it counts one message of the three that may be missing. */
function blindOf(failure: AskFailure | Error, counts: boolean): Stream {
  const blind: Pick<Stream, "directSubject" | "filter" | "countsPending" | "find" | "request"> = {
    directSubject: "$JS.API.DIRECT.GET.S",
    filter: "s.*",
    countsPending: counts,
    find: async (from) => {
      const first = { subject: "o", sequence: from, time: "", data: new Uint8Array(), headers: undefined };
      return from > 8 ? null : { first, count: 1 };
    },
    request: () => Promise.reject(failure instanceof Error ? failure : new AskError(failure)),
  };
  return blind as Stream;
}

test.each<[AskFailure, boolean, unknown]>([
  ["denied", true, { atMost: 2 }],
  ["nobody", true, { atMost: 2 }],
  ["silence", true, { atMost: 2 }],
  ["denied", false, "unknown"],
])(
  "where the stream can't be asked what it is (%s; counts: %s), what is missing is bounded at most",
  async (failure, counts, expected) => {
    expect(await countMissing(blindOf(failure, counts), range)).toEqual(expected);
  },
);

test.each<[AskFailure, boolean]>([
  ["ended", true],
  ["silence", false],
])("what may be learnt later (%s; counts: %s) is asked again", async (failure, counts) => {
  const missing = countMissing(blindOf(failure, counts), range);
  await expect(missing).rejects.toMatchObject({ failure });
});

test("a fault of the code that asks what a stream is isn't taken for a stream that doesn't answer", async () => {
  const broken: Stream = Object.assign(streamOf({ state }), {
    request: () => Promise.reject(new TypeError("ours")),
  });
  await expect(isStoredElsewhere(broken, 5)).rejects.toThrow("ours");
  await expect(diagnose(broken)).rejects.toThrow("ours");
  await expect(countMissing(blindOf(new TypeError("ours"), true), range)).rejects.toThrow("ours");
});

test.each<[string, Stream, boolean]>([
  ["has nothing that matches, and has stored nothing since", streamOf({ state }), true],
  ["has stored it under another subject", streamOf({ state: later }, "other"), true],
  ["isn't told of", streamOf(null), true],
  ["has others that match: it refused this one", streamOf({ state }, "s.1"), false],
  ["has stored something since, which is gone by now", streamOf({ state: later }), false],
  ["has no leader who could store it", streamOf({ state, cluster: {} }), false],
  ["has one", streamOf({ state, cluster: { leader: "n1" } }), true],
])("a stream that %s", async (_, stream, expected) => {
  expect(await isStoredElsewhere(stream, 5)).toBe(expected);
});

/**
 * One of which eight sequences are asked for and so many of them are gone; a hundred messages come after those.
 * @param beyond how many more than those whoever answers the next question has
 */
function counting(gone: number, beyond: () => number, subjects = ["s.*", "o"]): Stream {
  const find: Stream["find"] = async (from) => ({
    first: {} as never,
    count: 100 + beyond() + (from > 13 ? 0 : 8 - gone),
  });
  return Object.assign(streamOf({ state, config: { subjects } }), { countsPending: true, find });
}
const eight = { after: 5, upTo: 13, count: 8 };

/** To each question in turn. */
const inTurn = (...more: readonly number[]) => {
  let asked = 0;
  return () => more[asked++ % more.length] as number;
};

test.each<[string, () => number, number]>([
  ["the same", inTurn(0), 3],
  ["one that is behind", inTurn(-20), 3],
  ["one of seven that is behind", inTurn(0, 0, 0, 0, 0, 0, -2), 5],
  ["one of seven that lacks more than is missing", inTurn(0, 0, 0, 0, 0, 0, -50), 8],
  ["one that has less each time", inTurn(...Array.from({ length: 21 }, (_, asked) => -asked)), 4],
  ["one that has more each time", inTurn(...Array(21).keys()), 4],
])("what is missing is told where each question is answered by %s", async (_, beyond, atMost) => {
  expect(await countMissing(counting(0, beyond), eight)).toEqual({ exactly: 0 });
  expect(await countMissing(counting(3, beyond), eight)).toEqual({ atMost });
});

test("where none can be another's all that nobody named is missing, whatever is counted", async () => {
  expect(await countMissing(counting(3, inTurn(0), ["s.*"]), eight)).toEqual({ exactly: 8 });
});

test("where replicas contradict each other all the time it is counted again when they agree", async () => {
  for (const lacks of [2, 50]) {
    for (const missing of [0, 3]) {
      expect(await countMissing(counting(missing, inTurn(0, -lacks)), eight)).toBeNull();
    }
  }
});

test.each<[string, boolean, StreamInfo | null, number, boolean]>([
  ["as many as the leader, from the same on", false, { state: { ...state, messages: 5 } }, 5, true],
  [
    "as many, but older ones: it keeps so many in all",
    true,
    { state: { ...state, messages: 5, first_seq: 3 } },
    5,
    true,
  ],
  [
    "as many, maybe older ones: it keeps so many of each subject",
    true,
    { state: { ...state, messages: 5 }, config: { max_msgs_per_subject: 1 } },
    5,
    true,
  ],
  ["fewer", true, { state: { ...state, messages: 6 } }, 5, true],
  ["as many, of a server that doesn't count", true, { state: { ...state, messages: 1 } }, 1, false],
  ["some, and the leader may not be asked", true, null, 5, true],
  ["nothing, as the leader", false, { state: { ...state, messages: 0 } }, 0, true],
  ["nothing, unlike the leader", true, { state }, 0, true],
])(
  "where nothing is there from a message on, it may only be lacking by what is kept: %s",
  async (_, expected, info, kept, counts) => {
    const find: Stream["find"] = async (from) =>
      from === 1 && kept > 0 ? { first: { sequence: 1 } as never, count: kept } : null;
    const stream = Object.assign(streamOf(info), { countsPending: counts, find });
    for (const isUnknown of [true, false]) expect(await mayLag(stream, isUnknown)).toBe(expected);
  },
);

test("nothing at all, where the leader may not be asked, is what the asker takes it for", async () => {
  const stream = Object.assign(streamOf(null), { countsPending: true, find: async () => null });
  for (const isUnknown of [true, false]) expect(await mayLag(stream, isUnknown)).toBe(isUnknown);
});

test.each([
  ["", {}, { exactly: 3 }],
  ["; not where it was made to begin with a later number", { first_seq: 9 }, { atMost: 3 }],
])("what is gone before the first message is missing%s", async (_, changes, expected) => {
  const info = {
    state: { messages: 0, first_seq: 9, last_seq: 8 },
    config: { subjects: ["s.*"], ...changes },
  };
  expect(await countMissing(streamOf(info), range)).toEqual(expected);
});
