import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, previewOf } from "./payload-text.ts";
import { KEPT_BYTES, MAX_READ_BYTES, readAuto, readBytes, readJson, readText } from "./reading.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const doubleOf = (number: number) => new Uint8Array(Float64Array.of(number).buffer);
const BINARY = Uint8Array.of(0x0a, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f);

describe("an `auto` feed", () => {
  test.each([
    ['{"a":1}', "json", { a: 1 }],
    ["[1,2]", "json", [1, 2]],
    ["42", "json", 42],
    ["null", "json", null],
    ['"text"', "json", "text"],
    ["\ufeff[1]", "json", [1]],
    ["2026-11-25 INFO started", "text", "2026-11-25 INFO started"],
    ["\u001b[31mred\u001b[0m\tand\r\nplain", "text", "\u001b[31mred\u001b[0m\tand\r\nplain"],
    ["שלום 😀", "text", "שלום 😀"],
    ["{broken", "text", "{broken"],
    ["", "text", ""],
  ])("reads %j as %s", (text, kind, value) => {
    expect(readAuto(bytes(text))).toEqual({ kind, value, raw: text, isCut: false, problem: null });
  });

  test.each([
    ["Entrega às 12h em Belém", -2, "Entrega às 12h em Bel\ufffd"],
    ["No 2: Доставка", -1, "No 2: Доставк\ufffd"],
    ["\u001b[32mINFO\u001b[0m 10 €", -1, "\u001b[32mINFO\u001b[0m 10 \ufffd"],
    ["a whale: 🐳", -3, "a whale: \ufffd"],
  ])("reads %j that is cut within its last character as text, and keeps its bytes", (text, end, value) => {
    const data = bytes(text).subarray(0, end);
    expect(readAuto(data)).toEqual({ kind: "text", value, raw: data, isCut: false, problem: null });
    expect(readAuto(bytes(text)).raw).toBe(text);
  });

  test.each([
    ["bytes that aren't UTF-8", Uint8Array.of(0xff, 0xfe, 0x00)],
    ["a protobuf that happens to be UTF-8", BINARY],
    ["numbers that are letters too", bytes("A\x05B\x06")],
    ["a struct with a text in it", bytes("hello world\0\0\0\0\0")],
    ["MessagePack", Uint8Array.of(0x81, 0xa1, 0x61, 0x01)],
    [
      "CBOR of long texts",
      Uint8Array.of(0xa1, 0x64, ...bytes("name"), 0x74, ...bytes("a sensor in the hall")),
    ],
    ["a protobuf with a number", Uint8Array.of(0x0a, 0x10, ...bytes("a sensor in hall"), 0x10, 0x96, 0x01)],
    ["a protobuf of other fields", bytes('"\x02ok*\x02up"\x02no*\x02up')],
    [
      "a protobuf with a double",
      Uint8Array.of(0x22, 0x0c, ...bytes("pump 7 north"), 0x31, ...doubleOf(21.7)),
    ],
    ["Avro of two texts and a number", bytes("$device-4711-berlin\x0erunning\x02")],
    ["Avro of a text and a double", Uint8Array.of(0x24, ...bytes("device-4711-berlin"), ...doubleOf(21.7))],
    ["a protobuf of an id and a word", bytes('"$0b0e8a2e-1c1c-4f5e-9d3a-1f2e3d4c5b6a*\x07running')],
    ["Avro of an id and a word", bytes("H0b0e8a2e-1c1c-4f5e-9d3a-1f2e3d4c5b6a\x08idle")],
    ["a date of CBOR", Uint8Array.of(0xc0, 0x74, ...bytes("2026-11-27T19:00:00Z"))],
    ["a word of MessagePack", Uint8Array.of(0xb4, ...bytes("a sensor in the hall"))],
    ["four bytes of a number", bytes("abc\x01")],
    ["a lone double that is nearly a text", Uint8Array.of(...bytes("=6ab"), 0xe3, ...bytes("GC@"))],
    ["separators with nothing between them", bytes("abcdefgh\x01\x02\x01\x03")],
    ["a text with a zero behind it", bytes("a sensor in the hall\0")],
    ["a compressed text", zstdCompressSync("a sensor in the hall of the house")],
    ["text of Windows-1252", Uint8Array.of(...bytes("Entrega em Bel"), 0xe9, ...bytes("m"))],
    ["a text with a byte behind it that begins no character", Uint8Array.of(...bytes("in the hall"), 0xff)],
    ["text of UTF-16", Uint8Array.of(0xff, 0xfe, 0x47, 0x00)],
    ["true of MessagePack, which is how a character begins", Uint8Array.of(0xc3)],
    ["a number that ends as a character begins", Uint8Array.of(...bytes("=6ab78G"), 0xe3)],
  ])("reads %s as bytes", (_case, data) => {
    expect(readAuto(data)).toEqual({ kind: "bytes", value: data, raw: data, isCut: false, problem: null });
  });
});

test("a reading doesn't share the network's buffer", () => {
  const network = new Uint8Array(10_000);
  const { raw } = readBytes(network.subarray(3, 8));
  expect((raw as Uint8Array).buffer.byteLength).toBe(5);
});

test.each([
  ["an empty payload", "", "empty"],
  ["text", "hello", "not-json"],
  ["bytes", Uint8Array.of(0xff), "not-utf8"],
])("%s is malformed in a JSON feed", (_case, payload, reason) => {
  const data = typeof payload === "string" ? bytes(payload) : payload;
  expect(readJson(data).problem?.reason).toBe(reason);
});

test.each(["7", "null", "[]", '"a"'])("%s is valid in a JSON feed", (text) => {
  expect(readJson(bytes(text)).problem).toBeNull();
});

test("a text feed reads text, also if it looks like JSON or isn't UTF-8", () => {
  expect(readText(bytes("[1]")).value).toBe("[1]");
  const latin = Uint8Array.of(...bytes("entregue "), 0xe0, ...bytes("s 12h\0"));
  expect(readText(latin)).toEqual({
    ...{ kind: "text", value: "entregue \ufffds 12h\0", raw: latin },
    ...{ isCut: false, problem: null },
  });
});

test("a payload of 1 MB is read; a larger one is marked as cut, and its beginning is kept", () => {
  const largest = bytes(`"${"x".repeat(MAX_READ_BYTES - 2)}"`);
  expect(readAuto(largest)).toMatchObject({ kind: "json", isCut: false, problem: null });
  const larger = new Uint8Array(MAX_READ_BYTES + 1).fill(0x20);
  for (const read of [readAuto, readText, readBytes]) {
    const reading = read(larger);
    expect(reading).toMatchObject({ kind: "bytes", value: undefined, isCut: true, problem: null });
    expect(reading.raw).toHaveLength(KEPT_BYTES);
  }
  expect(readJson(larger).problem).toEqual({
    reason: "too-large",
    field: "payload",
    bytes: MAX_READ_BYTES + 1,
  });
});

test("20,000 nested levels are read like any JSON", () => {
  const depth = 20_000;
  const deep = `${"[".repeat(depth)}{"0":1}${"]".repeat(depth)}`;
  expect(readAuto(bytes(deep))).toMatchObject({ kind: "json", problem: null });
});

test("no bytes make a reader throw, and all are kept as they arrived", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.string().map(bytes)), (data) => {
      for (const read of [readAuto, readJson, readText, readBytes]) {
        const reading = read(data);
        expect(bytesOf(reading.raw)).toEqual(data);
        previewOf(reading.raw);
      }
    }),
  );
});
