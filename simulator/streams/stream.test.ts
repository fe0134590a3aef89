import { expect, test } from "vitest";
import { Stream } from "./stream.ts";

const NOTHING = Buffer.alloc(0);

function sequences(stream: Stream): number[] {
  return [...stream.from(0, ">")].map(({ sequence }) => sequence);
}

test("discards the oldest messages beyond the limit, and advances the first sequence", () => {
  const stream = new Stream({ name: "S", subjects: ["a.>"], maxMessages: 3 });
  expect([stream.firstSequence, stream.lastSequence]).toEqual([1, 0]);
  for (const subject of ["a.1", "a.2", "a.1", "a.3", "a.1"]) stream.store(subject, NOTHING, NOTHING);
  expect(sequences(stream)).toEqual([3, 4, 5]);
  expect([stream.firstSequence, stream.size]).toEqual([3, 3]);
  expect(stream.lastOfEach(["a.*"]).map(({ subject }) => subject)).toEqual(["a.3", "a.1"]);
});

test("discards the oldest message of a subject beyond its limit, then the stream's oldest", () => {
  const stream = new Stream({ name: "S", subjects: ["a.>"], maxMessages: 2, maxMessagesPerSubject: 1 });
  for (const subject of ["a.1", "a.2", "a.1", "a.1", "a.3"]) stream.store(subject, NOTHING, NOTHING);
  expect(sequences(stream)).toEqual([4, 5]);
  expect(stream.firstSequence).toBe(4);
  stream.store("a.3", NOTHING, NOTHING);
  expect([sequences(stream), stream.firstSequence]).toEqual([[4, 6], 4]);
});
