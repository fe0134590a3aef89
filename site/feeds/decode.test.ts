import fc from "fast-check";
import { expect, test } from "vitest";
import type { FeedField } from "../../contract/feed.ts";
import { decode, fieldOf, MAX_DECODED_BYTES, PREVIEW_BYTES, preview } from "./decode.ts";

const FIELDS: readonly FeedField[] = [
  { name: "id", type: "string", required: true },
  { name: "status", type: "string", required: true, values: ["queued", "failed"] },
  { name: "tries", type: "number", required: false },
  { name: "result", type: "any", required: false },
];

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => bytes(JSON.stringify(value));
const problemOf = (payload: Uint8Array) => {
  const decoded = decode(payload, FIELDS);
  return decoded.ok ? null : decoded.problem;
};

test("reads an event with its fields at the top level, and keeps fields beyond the definition", () => {
  const decoded = decode(json({ id: "a", status: "queued", extra: [1] }), FIELDS);
  expect(decoded).toEqual({ ok: true, value: { id: "a", status: "queued", extra: [1] } });
});

test("reads an event with its fields under payload, or in both places", () => {
  expect(problemOf(json({ payload: { id: "a", status: "queued" } }))).toBeNull();
  expect(problemOf(json({ id: "a", payload: { status: "failed" } }))).toBeNull();
});

test("prefers the top level where a field is in both places", () => {
  expect(fieldOf({ id: "top", payload: { id: "inner" } }, "id")).toBe("top");
});

test("takes nothing from an object's prototype", () => {
  expect(fieldOf({}, "toString")).toBeUndefined();
  expect(fieldOf({ payload: {} }, "constructor")).toBeUndefined();
});

test.each([
  ["an empty payload", bytes(""), { reason: "empty", field: "payload" }],
  ["bytes that aren't UTF-8", Uint8Array.of(0xff, 0xfe), { reason: "not-utf8", field: "payload" }],
  ["an array", json([1]), { reason: "not-object", field: "payload", found: "array" }],
  ["null", json(null), { reason: "not-object", field: "payload", found: "null" }],
  ["a missing field", json({ status: "queued" }), { reason: "missing", field: "id" }],
  ["a null field", json({ id: null, status: "queued" }), { reason: "missing", field: "id" }],
  [
    "a wrong type",
    json({ id: 7, status: "queued" }),
    { reason: "wrong-type", field: "id", expected: "string", found: "number" },
  ],
  [
    "a wrong type of an optional field",
    json({ id: "a", status: "queued", tries: "3" }),
    { reason: "wrong-type", field: "tries", expected: "number", found: "string" },
  ],
  [
    "a value that isn't among the allowed ones",
    json({ id: "a", status: "lost" }),
    { reason: "not-allowed", field: "status", found: "lost", allowed: ["queued", "failed"] },
  ],
])("tells the field and the reason: %s", (_case, payload, problem) => {
  expect(problemOf(payload)).toEqual(problem);
});

test("quotes the parser where the payload isn't JSON", () => {
  expect(problemOf(bytes("{broken"))).toMatchObject({
    reason: "not-json",
    detail: expect.stringMatching(/./),
  });
});

test("doesn't decode a payload of 1 MB, and says how large it is", () => {
  const payload = new Uint8Array(1_000_000).fill(0x20);
  expect(problemOf(payload)).toEqual({ reason: "too-large", field: "payload", bytes: 1_000_000 });
  expect(1_000_000).toBeGreaterThan(MAX_DECODED_BYTES);
  expect(preview(payload)).toHaveLength(PREVIEW_BYTES);
});

test("never throws, whatever the bytes are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
      decode(payload, FIELDS);
      preview(payload);
    }),
  );
});

test("never throws, whatever the JSON is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      decode(json(value), FIELDS);
    }),
  );
});
