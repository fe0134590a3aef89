import { encode } from "@msgpack/msgpack";
import { encode as encodeCbor } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64Of } from "./base64.ts";
import { loadReader } from "./load-reader.ts";
import { readAutoOrMsgpack } from "./msgpack.ts";
import { mayBeMsgpack, readAuto } from "./reading.ts";
import { hex, jsonValues } from "./testing.ts";
import { ExactNumber, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

describe("MessagePack", async () => {
  const read = await loadReader("msgpack");

  test.each<[string, Value]>([
    ["81a16101", { a: 1 }],
    ["93c0c3ccff", [null, true, 255]],
    ["cf0020000000000001", new ExactNumber("9007199254740993")],
    ["d38000000000000000", new ExactNumber("-9223372036854775808")],
    ["cf0000000000000007", 7],
    ["c403010203", Uint8Array.of(1, 2, 3)],
    ["d6ff00000000", "1970-01-01T00:00:00.000Z"],
    ["d7ff00000ff000000001", "1970-01-01T00:00:01.000001020Z"],
    ["c70cff1dcd6500ffffffffffffffff", "1969-12-31T23:59:59.500Z"],
    ["c70cff000000007fffffffffffffff", null],
    ["d40507", { extension: 5, data: Uint8Array.of(7) }],
    ["810102", { "1": 2 }],
    ["81c301", { true: 1 }],
    ["81c4020102ff", { "AQI=": -1 }],
    ["ca3dcccccd", 0.1],
    ["cb3fb99999a0000000", 0.10000000149011612],
    ["ca80000000", -0],
  ])("%s", (payload, value) => {
    expect(read(hex(payload))).toMatchObject({ kind: "msgpack", value, problem: null });
  });

  test.each(["", "93", "c1", "0101", "a5", "81810102c0", "819101c0"])(
    "%j is malformed in a MessagePack feed",
    (payload) => {
      const { problem, raw } = read(hex(payload));
      expect(problem).toMatchObject({ reason: "not-decodable", format: "msgpack" });
      expect(raw).toEqual(hex(payload));
    },
  );

  test("100,000 nested lists are read and written", () => {
    const depth = 100_000;
    const { value } = read(new Uint8Array(depth).fill(0x91).with(depth - 1, 0x90));
    expect(writeJson(value ?? null, { maxCharacters: 50 }).text).toBe("[".repeat(50));
  });

  test.each<[string, object]>([
    ["a map", { device: "eu-1", celsius: 21.5, tags: ["a"] }],
    ["a list of maps", [{ id: 1 }, { id: 2 }]],
    ["a list with words", ["reading", 7]],
    [
      "a map of more than fifteen",
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, index])),
    ],
  ])("%s is read as MessagePack in an `auto` feed", (_case, value) => {
    expect(readAutoOrMsgpack(encode(value))).toMatchObject({ kind: "msgpack", value, problem: null });
    expect(mayBeMsgpack(encode(value))).toBe(true);
  });

  test.each([
    ["a list of small numbers, as any few bytes are", "93010203"],
    ["a map of numbers", "81 01 02"],
    ["an empty map", "80"],
    ["a map, and something more", "81 a1 61 01 00"],
    ["a map whose end is missing", "82 a1 61 01"],
    ["protobuf of field 18", "92 01 03 61 62 63"],
    ["the beginning of a PNG", "89504e470d0a1a0a"],
  ])("%s stays bytes in an `auto` feed", (_case, payload) => {
    expect(readAutoOrMsgpack(hex(payload.replaceAll(" ", "")))).toMatchObject({
      kind: "bytes",
      problem: null,
    });
  });

  test("texts and JSON are read as before", () => {
    for (const text of ['{"a":1}', "INFO started", "ߒߞߏ", ""]) {
      const data = new TextEncoder().encode(text);
      expect(readAutoOrMsgpack(data)).toEqual(readAuto(data));
    }
  });

  test("a field named __proto__ changes no prototype", () => {
    const sent = encode(JSON.parse('{"b":2,"list":[{"__proto__":{"a":1}}]}'));
    expect(read(sent)).toMatchObject({
      raw: sent,
      problem: { detail: expect.stringContaining("__proto__") },
    });
    expect(readAutoOrMsgpack(sent)).toMatchObject({ kind: "bytes", value: sent, problem: null });
  });

  test("reads what its own encoder writes", () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__":'));
        const written = writeJson(read(encode(value)).value ?? null).text;
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("CBOR", async () => {
  const read = await loadReader("cbor");

  test.each<[string, Value]>([
    ["a1616101", { a: 1 }],
    ["1b0020000000000001", new ExactNumber("9007199254740993")],
    ["c249010000000000000000", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0)],
    ["c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"],
    ["c11a514b67b0", 1363896240],
    ["d9d9f783f6f5f4", [null, true, false]],
    ["d825420102", Uint8Array.of(1, 2)],
    ["a201020304", { "1": 2, "3": 4 }],
    ["9f01ff", [1]],
    ["f7", null],
    ["43010203", Uint8Array.of(1, 2, 3)],
    ["a11bffffffffffffffff01", { "18446744073709551615": 1 }],
    ["a142010220", { "AQI=": -1 }],
    ["a1695f5f70726f746f5f5fa0", JSON.parse('{"__proto__":{}}')],
    ["fa3dcccccd", 0.1],
    ["fa447a0001", 1000.00006],
    ["fb3fb99999a0000000", 0.10000000149011612],
    ["fa80000000", -0],
  ])("%s (RFC 8949, appendix A, and others like it)", (payload, value) => {
    expect(read(hex(payload))).toMatchObject({ kind: "cbor", value, problem: null });
  });

  test.each(["", "82", "ff", "0101", "a101ff", "a1ff01", "bf01ffff", "a1a1010203", "a18101f6"])(
    "%j is malformed in a CBOR feed",
    (payload) => {
      expect(read(hex(payload)).problem).toMatchObject({ reason: "not-decodable", format: "cbor" });
    },
  );

  test("CBOR that is nested too deep for its decoder is malformed, and nothing is thrown", () => {
    const deep = new Uint8Array(100_000).fill(0x81);
    expect(read(deep).problem).toMatchObject({ reason: "not-decodable", detail: expect.any(String) });
  });

  test("reads what its own encoder writes", () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        const written = writeJson(read(encodeCbor(value)).value ?? null).text;
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

test("base64 of any number of any bytes", () => {
  const isRight = (bytes: Uint8Array) => base64Of(bytes) === Buffer.from(bytes).toString("base64");
  expect(isRight(Uint8Array.from({ length: 100_001 }, (_, index) => index % 251))).toBe(true);
  fc.assert(fc.property(fc.uint8Array(), isRight));
});
