import { expect, test } from "vitest";
import { ValueSample } from "./guess-format.ts";

const sampleOf = (...values: readonly string[]) => {
  const sample = new ValueSample();
  for (const value of values) sample.note(value);
  return sample;
};

test("is constant where always the same came, however long it is", () => {
  const long = "Connection reset by peer while reading the headers";
  expect(sampleOf(long, long).isConstant).toBe(true);
  expect(sampleOf(long, `${long} again`).isConstant).toBe(false);
  expect(sampleOf("a", "b").isConstant).toBe(false);
  expect([sampleOf("a").isConstant, sampleOf().isConstant]).toEqual([false, false]);
});

test("a day alone is shown as it came: it begins at another time wherever its reader is", () => {
  expect(sampleOf("2024-05-17", "2024-05-18").guess("born")).toEqual({});
  expect(sampleOf("2024-05-17T10:00", "2024-05-18T10:00").guess("born")).toEqual({ format: "time" });
});
