import { expect, test } from "vitest";
import { fault } from "../../client/index.ts";
import { en } from "../i18n/en.ts";
import { formatsFor } from "../i18n/format.ts";
import { recoveredGapWords } from "../i18n/recovered.ts";
import type { GapMark } from "./entry.ts";
import { gapWords } from "./gap-words.ts";
import { MAX_PRETTY_CHARACTERS, pretty } from "./pretty.ts";
import { problemText } from "./problem-text.ts";
import { toneOf } from "./tone.ts";

const formats = formatsFor("en");

test("a problem is told with its field and its reason", () => {
  expect(problemText({ reason: "missing", field: "id" }, en, formats)).toBe("id: required, and not there");
  expect(
    problemText({ reason: "wrong-type", field: "id", expected: "string", found: "number" }, en, formats),
  ).toBe("id: should be a string, is number");
  expect(problemText({ reason: "too-large", field: "payload", bytes: 1_000_000 }, en, formats)).toBe(
    "the payload has 1\u00a0MB; more than 524.3\u00a0kB is not decoded",
  );
});

const GAP: GapMark = {
  kind: "gap",
  seq: 1,
  atMs: 0,
  fromMs: 0,
  toMs: 42_000,
  gapKind: "stop",
  cause: null,
  missing: "unknown",
  recovered: 0,
};

test("a gap after a fault may have lost messages; one after a switch-off was wanted", () => {
  expect(gapWords({ ...GAP, cause: fault("stale") }, en, formats)).toMatch(
    /^Offline 42\ss, .*may be missing$/,
  );
  expect(gapWords(GAP, en, formats)).toMatch(/^Switched off 42\ss, [^ ]*$/);
});

test.each([
  [{ exactly: 0 }, 0, "nothing was missed"],
  [{ exactly: 0 }, 1, "recovered 1 message"],
  [{ exactly: 0 }, 1180, "recovered 1,180 messages"],
  [{ exactly: 2 }, 5, "recovered 5, 2 missing"],
  [{ atMost: 7 }, 5, "recovered 5, at most 7 missing"],
  ["unknown", 0, "messages may be missing"],
] as const)("a gap tells what became of what was missed: %o, %i recovered", (missing, recovered, words) => {
  const told = recoveredGapWords({ ...GAP, missing, recovered }, "en", formats);
  expect(told).toMatch(/^Switched off 42\ss, /);
  expect(told.split(": ").slice(1).join(": ")).toBe(words);
});

test("pretty JSON is indented, and cut where it is too long to read", () => {
  expect(pretty({ a: 1 })).toEqual({ text: '{\n  "a": 1\n}', cut: false });
  const long = pretty("x".repeat(2 * MAX_PRETTY_CHARACTERS));
  expect(long.cut).toBe(true);
  expect(long.text).toHaveLength(MAX_PRETTY_CHARACTERS);
});

test("pretty JSON survives a value nested deeper than the stack", () => {
  const depth = 200_000;
  const value: unknown = JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
  expect(pretty(value).cut).toBe(true);
});

test("status words are known in any spelling; unknown ones are neutral", () => {
  expect([toneOf("Under Review"), toneOf("FAILED"), toneOf("Adopted"), toneOf("toString")]).toEqual([
    "active",
    "bad",
    "good",
    "neutral",
  ]);
});
