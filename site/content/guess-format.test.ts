import { expect, test } from "vitest";
import { ValueSample } from "./guess-format.ts";
import { ExactNumber, type Value } from "./value.ts";

const sampleOf = (...values: readonly Exclude<Value, null>[]) => {
  const sample = new ValueSample();
  for (const value of values) sample.note(value);
  return sample;
};

test("equal values are constant, however long they are", () => {
  const long = "Connection reset by peer while reading the headers";
  expect(sampleOf(long, long).isConstant).toBe(true);
  expect(sampleOf(long, `${long} again`).isConstant).toBe(false);
  expect(sampleOf("a", "b").isConstant).toBe(false);
  expect([sampleOf("a").isConstant, sampleOf().isConstant]).toEqual([false, false]);
});

test("different values of any type aren't constant", () => {
  const ids = ["9007199254740993", "9007199254740992"].map((digits) => new ExactNumber(digits));
  const bytes = [1, 2].map((byte) => Uint8Array.of(byte));
  for (const values of [[true, false], ids, bytes, [1, 2]]) {
    expect(sampleOf(...values).isConstant, String(values)).toBe(false);
  }
  expect([sampleOf(true, true).isConstant, sampleOf(1, 1).isConstant]).toEqual([true, true]);
});

test("a date without a time is shown as it arrived", () => {
  expect(sampleOf("2024-05-17", "2024-05-18").guess("born")).toEqual({});
  expect(sampleOf("2024-05-17T10:00", "2024-05-18T10:00").guess("born")).toEqual({ format: "time" });
});

test("nested values are never constant, and values of several types have no format", () => {
  expect(sampleOf({ a: 1 }, { a: 1 })).toMatchObject({ isConstant: false, isNested: true });
  expect(sampleOf([1], [1])).toMatchObject({ isConstant: false, isNested: true });
  expect(sampleOf("2024-05-17T10:00", 1_764_093_600).guess("at")).toEqual({});
  expect(sampleOf("x", 1).isNumeric).toBe(false);
  expect(sampleOf(true).guess("is_ms")).toEqual({});
  expect(sampleOf().guess("at")).toEqual({});
});

test("a price that is sent as text is no time", () => {
  expect(sampleOf("1764093600.50", "1764093601").guess("price")).toEqual({});
});

test("a number is a time only from a certain size on: a short duration is no moment in 1970", () => {
  expect(sampleOf(0.12345678901, 12.345678).guess("response_time")).toEqual({});
  expect(sampleOf(1_764_093_600.123, 0).guess("finished_time")).toEqual({ format: "time" });
  expect(sampleOf(-123_456_789).guess("born_at")).toEqual({ format: "time" });
  expect(sampleOf(new ExactNumber("1764093600123456789")).guess("ts")).toEqual({ format: "time" });
});
