import { expect, test } from "vitest";
import type { FeedEvent, GapMark } from "./entry.ts";
import { matcherOf } from "./match.ts";

const RECEIVED = { seq: 1, atMs: 0, subject: "egos.llm.logs", size: 2, headers: [] };
const EVENT: FeedEvent = {
  kind: "event",
  ...RECEIVED,
  value: { user: "Ana", note: "two words, http://x", payload: { status: "failed" }, nested: { deep: 7 } },
};
const GAP: GapMark = {
  kind: "gap",
  seq: 2,
  atMs: 9,
  fromMs: 0,
  toMs: 9,
  cause: null,
  gapKind: "break",
  missing: "unknown",
  recovered: 0,
};
const found = (wanted: string) => matcherOf(wanted)(EVENT);

test.each(["", "  ", "ANA", "egos.llm", "words ana", "deep", '"two words"', '"two words" ana', '"two wor'])(
  "%s is found anywhere",
  (wanted) => expect(found(wanted)).toBe(true),
);

test.each(["user:an", "status:FAILED", 'note:"two words"', "nested:7", "http://x", "user:ana status:fail"])(
  "%s is found in its field",
  (wanted) => expect(found(wanted)).toBe(true),
);

test.each(["bruno", "ana bruno", '"words two"', "status:ana", "user:failed", "gone:x", "constructor:x"])(
  "%s is not found",
  (wanted) => expect(found(wanted)).toBe(false),
);

test("a gap is never hidden", () => {
  expect(matcherOf("nothing of the kind")(GAP)).toBe(true);
});
