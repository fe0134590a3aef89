import fc from "fast-check";
import { expect, test } from "vitest";
import { readAuto } from "./reading.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const doubleOf = (number: number) => new Uint8Array(Float64Array.of(number).buffer);

test("binary numbers are hardly ever taken for text: at most one in a hundred is UTF-8 without control characters", () => {
  const doubles = fc.sample(fc.double({ min: 0.001, max: 100, noNaN: true }), { numRuns: 4000, seed: 7 });
  const floats = fc.sample(fc.uint8Array({ minLength: 12, maxLength: 12 }), { numRuns: 4000, seed: 7 });
  for (const payloads of [doubles.map(doubleOf), floats]) {
    const texts = payloads.filter((data) => readAuto(data).kind === "text");
    expect(texts.length / payloads.length).toBeLessThan(0.01);
  }
});

test("protobuf and Avro with a number after words are hardly ever taken for text either", () => {
  const word = fc.constantFrom("ok", "running", "pump 7 north", "device-4711-berlin", "a sensor in the hall");
  const double = fc.double({ min: 0.001, max: 100, noNaN: true }).map(doubleOf);
  const field = fc.integer({ min: 1, max: 14 });
  const protobuf = fc
    .tuple(field, word, double)
    .map(([at, text, number]) =>
      Uint8Array.of(at * 8 + 2, text.length, ...bytes(text), at * 8 + 9, ...number),
    );
  const avro = fc
    .tuple(word, word, double)
    .map(([id, text, number]) =>
      Uint8Array.of(id.length * 2, ...bytes(id), text.length * 2, ...bytes(text), ...number),
    );
  for (const payloads of [protobuf, avro]) {
    const sample = fc.sample(payloads, { numRuns: 4000, seed: 7 });
    const texts = sample.filter((data) => readAuto(data).kind !== "bytes");
    expect(texts.length / sample.length).toBeLessThan(0.01);
  }
});
