import { expect, test } from "vitest";
import { readOwnFeed } from "./own-feed.ts";

test("a bare subject defines a panel with a unique id", () => {
  const read = readOwnFeed('{"subject":"iot.*.telemetry"}', new Set(["iot-telemetry"]));
  expect("feed" in read && [read.feed.id, read.feed.subject, read.feed.view]).toEqual([
    "iot-telemetry-2",
    "iot.*.telemetry",
    "log",
  ]);
  // The id is stored when another panel has the default one.
  expect("feed" in read && read.definition).toBe('{"subject":"iot.*.telemetry","id":"iot-telemetry-2"}');
  const alone = readOwnFeed('"iot.*.telemetry"', new Set());
  expect("feed" in alone && alone.definition).toBe('{"subject":"iot.*.telemetry"}');
});

test.each([
  ["{", { detail: expect.stringMatching(/./) }],
  ['{"subject":"a..b"}', { detail: expect.stringMatching(/^subject: use a NATS subject/) }],
  ['{"subject":"a","view":"pie"}', { detail: expect.stringMatching(/^view: /) }],
  ['{"subject":"a","id":"taken"}', { detail: "id: another panel has it" }],
  ['{"subject":"a","view":"latest-by-key"}', "key"],
  ['{"subject":"a","view":"value","key":"$nothing"}', "key"],
])("an invalid definition is reported with the reason: %s", (definition, problem) => {
  expect(readOwnFeed(definition, new Set(["taken"]))).toEqual({ problem });
});
