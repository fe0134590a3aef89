import { expect, test } from "vitest";
import type { FeedSize } from "../../contract/feed.ts";
import { roomOf, spansOf } from "./spans.ts";

test.each<[readonly FeedSize[], number, readonly (readonly [number, number])[]]>([
  [
    ["small", "small"],
    2,
    [
      [1, 1],
      [1, 1],
    ],
  ],
  [
    ["small", "small", "small"],
    2,
    [
      [1, 1],
      [1, 1],
      [2, 1],
    ],
  ],
  [
    ["wide", "small", "small"],
    3,
    [
      [2, 1],
      [1, 1],
      [1, 1],
    ],
  ],
  [
    ["tall", "full", "wide"],
    3,
    [
      [1, 2],
      [3, 1],
      [2, 1],
    ],
  ],
  [
    ["wide", "full"],
    1,
    [
      [1, 1],
      [1, 1],
    ],
  ],
])("panels of sizes %j on %i columns span %j", (sizes, columns, spans) => {
  expect(spansOf(sizes, columns).map(({ columns, lines }) => [columns, lines])).toEqual(spans);
});

test("a large panel takes the room of two default ones", () => {
  expect(roomOf(["small", "wide", "tall", "full"])).toBe(7);
});
