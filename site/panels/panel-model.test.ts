import { expect, test } from "vitest";
import { sourceOf } from "./panel-model.ts";

const NOW_MS = 1_000_000;

test("a feed's stream is read as the feed says, its history back from now", () => {
  expect(sourceOf({}, NOW_MS)).toBeNull();
  expect(sourceOf({ stream: "S" }, NOW_MS)).toEqual({ name: "S", history: { last: 200 } });
  const republished = "re.>";
  expect(sourceOf({ stream: { name: "S", republished, history: { lastPerSubject: true } } }, NOW_MS)).toEqual(
    {
      name: "S",
      republished,
      history: { lastPerSubject: true },
    },
  );
  expect(sourceOf({ stream: { name: "S", history: { sinceMs: 60_000 } } }, NOW_MS)).toEqual({
    name: "S",
    history: { sinceMs: NOW_MS - 60_000 },
  });
});
