import { expect, test } from "vitest";
import { covers } from "./covers.ts";
import type { StreamInfo } from "./info.ts";
import { keepsElsewhere } from "./missing.ts";
import { AskError } from "./port.ts";
import type { Stream } from "./stream.ts";

/** A stream that answers with this, and has messages of these subjects, all after the place. */
function streamOf(info: StreamInfo | null, ...subjects: readonly string[]): Stream {
  const found = (filter: string) => {
    const subject = subjects.find((one) => covers(filter, one));
    return subject === undefined
      ? null
      : { subject, sequence: 6, time: "", data: new Uint8Array(), headers: undefined };
  };
  const asked: Pick<Stream, "direct" | "filter" | "get" | "find" | "request"> = {
    direct: "$JS.API.DIRECT.GET.S",
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

test.each<[string, Stream, boolean]>([
  ["has nothing that matches, and has stored nothing since", streamOf({ state }), true],
  ["has stored it under another subject", streamOf({ state: later }, "other"), true],
  ["isn't told of", streamOf(null), true],
  ["has others that match: it refused this one", streamOf({ state }, "s.1"), false],
  ["has stored something since, which is gone by now", streamOf({ state: later }), false],
  ["has no leader who could store it", streamOf({ state, cluster: {} }), false],
  ["has one", streamOf({ state, cluster: { leader: "n1" } }), true],
])("a stream that %s", async (_, stream, expected) => {
  expect(await keepsElsewhere(stream, 5)).toBe(expected);
});
