import { expect, test } from "vitest";
import { covers } from "./covers.ts";
import { diagnose, type StreamInfo } from "./info.ts";
import { countMissing, isStoredElsewhere, mayLag } from "./missing.ts";
import { AskError, type AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";

/** A stream that answers STREAM.INFO with `info`, and has messages on these subjects, all after the position. */
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

/** A stream whose STREAM.INFO fails; it counts one message of the three that may be missing. */
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
  ["no-responders", true, { atMost: 2 }],
  ["timeout", true, { atMost: 2 }],
  ["denied", false, "unknown"],
])(
  "without STREAM.INFO (%s; counts: %s), missing messages get at most an upper bound",
  async (failure, counts, expected) => {
    expect(await countMissing(blindOf(failure, counts), range)).toEqual(expected);
  },
);

test.each<[AskFailure, boolean]>([
  ["ended", true],
  ["timeout", false],
])(
  "a failure that may pass (%s; counts: %s) is thrown, so that the caller asks again",
  async (failure, counts) => {
    const missing = countMissing(blindOf(failure, counts), range);
    await expect(missing).rejects.toMatchObject({ failure });
  },
);

test("a bug in the code that requests STREAM.INFO is thrown, and doesn't pass for a stream without an answer", async () => {
  const broken: Stream = Object.assign(streamOf({ state }), {
    request: () => Promise.reject(new TypeError("ours")),
  });
  await expect(isStoredElsewhere(broken, 5)).rejects.toThrow("ours");
  await expect(diagnose(broken)).rejects.toThrow("ours");
  await expect(countMissing(blindOf(new TypeError("ours"), true), range)).rejects.toThrow("ours");
});

test.each<[string, Stream, boolean]>([
  ["has no match, and has stored nothing since", streamOf({ state }), true],
  ["has stored the message under another subject", streamOf({ state: later }, "other"), true],
  ["gives no info", streamOf(null), true],
  ["has other matches, so that it refused this message", streamOf({ state }, "s.1"), false],
  ["has stored something since and discarded it", streamOf({ state: later }), false],
  ["has no leader to store it", streamOf({ state, cluster: {} }), false],
  ["has a leader", streamOf({ state, cluster: { leader: "n1" } }), true],
])("whether announced messages are stored elsewhere, if the stream %s", async (_, stream, expected) => {
  expect(await isStoredElsewhere(stream, 5)).toBe(expected);
});

/**
 * A stream with `gone` of eight requested sequences missing, and a hundred messages after them.
 * @param beyond how many more messages than that the replica has that answers next
 */
function counting(gone: number, beyond: () => number, subjects = ["s.*", "o"]): Stream {
  const find: Stream["find"] = async (from) => ({
    first: {} as never,
    count: 100 + beyond() + (from > 13 ? 0 : 8 - gone),
  });
  return Object.assign(streamOf({ state, config: { subjects } }), { countsPending: true, find });
}
const eight = { after: 5, upTo: 13, count: 8 };

/** One value for each request in turn. */
const inTurn = (...more: readonly number[]) => {
  let asked = 0;
  return () => more[asked++ % more.length] as number;
};

test.each<[string, () => number, number]>([
  ["the same replica", inTurn(0), 3],
  ["a replica that is behind", inTurn(-20), 3],
  ["replicas one in seven of which is behind", inTurn(0, 0, 0, 0, 0, 0, -2), 5],
  ["replicas one in seven of which lacks more than is missing", inTurn(0, 0, 0, 0, 0, 0, -50), 8],
  ["a replica that has less each time", inTurn(...Array.from({ length: 21 }, (_, asked) => -asked)), 4],
  ["a replica that has more each time", inTurn(...Array(21).keys()), 4],
])("missing messages are counted if each request is answered by %s", async (_, beyond, atMost) => {
  expect(await countMissing(counting(0, beyond), eight)).toEqual({ exactly: 0 });
  expect(await countMissing(counting(3, beyond), eight)).toEqual({ atMost });
});

test("if the filter matches the whole stream, all skipped sequences are missing, whatever is counted", async () => {
  expect(await countMissing(counting(3, inTurn(0), ["s.*"]), eight)).toEqual({ exactly: 8 });
});

test("as long as replicas disagree there is no count", async () => {
  for (const lacks of [2, 50]) {
    for (const missing of [0, 3]) {
      expect(await countMissing(counting(missing, inTurn(0, -lacks)), eight)).toBeNull();
    }
  }
});

test.each<[string, boolean, StreamInfo | null, number, boolean]>([
  [
    "as many messages as the leader, from the same first on",
    false,
    { state: { ...state, messages: 5 } },
    5,
    true,
  ],
  [
    "as many, but older ones, under a limit for the stream",
    true,
    { state: { ...state, messages: 5, first_seq: 3 } },
    5,
    true,
  ],
  [
    "as many, perhaps older ones, under a limit per subject",
    true,
    { state: { ...state, messages: 5 }, config: { max_msgs_per_subject: 1 } },
    5,
    true,
  ],
  ["fewer", true, { state: { ...state, messages: 6 } }, 5, true],
  ["an unknown number, on a server that doesn't count", true, { state: { ...state, messages: 1 } }, 1, false],
  ["some, and the leader gives no info", true, null, 5, true],
  ["none, as the leader", false, { state: { ...state, messages: 0 } }, 0, true],
  ["none, unlike the leader", true, { state }, 0, true],
])("a replica that holds %s may be behind: %s", async (_, expected, info, kept, counts) => {
  const find: Stream["find"] = async (from) =>
    from === 1 && kept > 0 ? { first: { sequence: 1 } as never, count: kept } : null;
  const stream = Object.assign(streamOf(info), { countsPending: counts, find });
  for (const isUnknown of [true, false]) expect(await mayLag(stream, isUnknown)).toBe(expected);
});

test("for a replica without messages whose leader gives no info, the caller's default holds", async () => {
  const stream = Object.assign(streamOf(null), { countsPending: true, find: async () => null });
  for (const isUnknown of [true, false]) expect(await mayLag(stream, isUnknown)).toBe(isUnknown);
});

test.each([
  ["", {}, { exactly: 3 }],
  ["; not exactly, if the stream was created with a higher first sequence", { first_seq: 9 }, { atMost: 3 }],
])("sequences before a stream's first message count as missing%s", async (_, changes, expected) => {
  const info = {
    state: { messages: 0, first_seq: 9, last_seq: 8 },
    config: { subjects: ["s.*"], ...changes },
  };
  expect(await countMissing(streamOf(info), range)).toEqual(expected);
});
