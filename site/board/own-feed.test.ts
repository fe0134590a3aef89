import { expect, test } from "vitest";
import { readOwnFeed } from "./own-feed.ts";

test("a subject alone is a panel, with an id that no other has", () => {
  const read = readOwnFeed('{"subject":"iot.*.telemetry"}', new Set(["iot-telemetry"]));
  expect("feed" in read && [read.feed.id, read.feed.subject, read.feed.view]).toEqual([
    "iot-telemetry-2",
    "iot.*.telemetry",
    "log",
  ]);
  expect("feed" in read && read.definition).toBe('{"subject":"iot.*.telemetry"}');
});

test.each([
  "{",
  '{"subject":"a..b"}',
  '{"subject":"a","view":"pie"}',
  '{"subject":"a","view":"latest-by-key"}',
])("what is no feed says why: %s", (definition) => {
  const read = readOwnFeed(definition, new Set());
  expect("problem" in read && read.problem).toMatch(/./);
});
