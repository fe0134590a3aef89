import { describe, expect, test } from "vitest";
import { checkPublishSubject, checkSubscribeSubject } from "./subject.ts";

describe("subjects to subscribe to", () => {
  test.each(["a", "a.b", "a.*", "a.*.c", "a.>", ">", "*", "$SYS.>", "_INBOX.x", "ação.é"])(
    "%s is one",
    (subject) => {
      expect(checkSubscribeSubject(subject)).toBe(subject);
    },
  );
  test.each([
    ["", /is empty/],
    ["a b", /white space/],
    ["a\r\nPUB x 0", /white space/],
    ["a\0", /white space/],
    [".a", /empty token/],
    ["a..b", /empty token/],
    ["a.", /empty token/],
    ["a.>.b", /only be the last/],
  ])("%j is refused", (subject, message) => {
    expect(() => checkSubscribeSubject(subject)).toThrow(message);
  });
});

test.each([
  ["a", 1000],
  ["é", 500],
  ["世", 333],
  ["😀", 250],
])("a subject may have up to 1,000 bytes, of %s %i times", (letter, most) => {
  expect(checkSubscribeSubject(letter.repeat(most))).toHaveLength(most * letter.length);
  expect(() => checkSubscribeSubject(letter.repeat(most + 1))).toThrow(
    "is empty, longer than 1000 bytes, or contains white space",
  );
});

test("a subject to publish to has no wildcards", () => {
  expect(checkPublishSubject("a.b")).toBe("a.b");
  expect(checkPublishSubject("a.b*")).toBe("a.b*");
  expect(() => checkPublishSubject("a.*")).toThrow(/wildcard/);
  expect(() => checkPublishSubject("a.>")).toThrow(/wildcard/);
});
