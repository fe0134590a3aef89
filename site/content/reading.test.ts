import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, previewOf } from "./payload-text.ts";
import { KEPT_BYTES, MAX_READ_BYTES, readAuto, readBytes, readJson, readText } from "./reading.ts";
import { ExactNumber } from "./value.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const doubleOf = (number: number) => new Uint8Array(Float64Array.of(number).buffer);
const BINARY = Uint8Array.of(0x0a, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f);

describe("auto", () => {
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
    ["8=FIX.4.4\x0135=D\x0154=1\x0110=092\x01", "text", "8=FIX.4.4\x0135=D\x0154=1\x0110=092\x01"],
    ["\vMSH|^~\\&|LAB\rPID|1\r\x1c\r", "text", "\vMSH|^~\\&|LAB\rPID|1\r\x1c\r"],
    ["\x021H|Analyzer\r\x0312\r\n", "text", "\x021H|Analyzer\r\x0312\r\n"],
    ["]C10109501101530003\x1d17250101", "text", "]C10109501101530003\x1d17250101"],
    [
      "[)>\x1e06\x1d9N110375286414\x1d1TABCD\x1e\x04",
      "text",
      "[)>\x1e06\x1d9N110375286414\x1d1TABCD\x1e\x04",
    ],
  ])("%j is an event: %s", (text, kind, value) => {
    expect(readAuto(bytes(text))).toEqual({ kind, value, raw: text, isCut: false, problem: null });
  });

  const latin = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  const cut = bytes("Entrega às 12h em Belém").subarray(0, -2);
  test.each([
    ["text of Windows-1252", latin("PID|1||123^Müller|M"), "text", "PID|1||123^Müller|M"],
    ["framed HL7 in it", latin("\vPID|1||123^Müller|M\r\x1c\r"), "text", "\vPID|1||123^Müller|M\r\x1c\r"],
    [
      "JSON in it",
      latin('{"city":"São Paulo","n":1.10}'),
      "json",
      { city: "São Paulo", n: new ExactNumber("1.10") },
    ],
    [
      "ASTM in it",
      latin("\x021H|Müller\r\x0312\r\n\x022P|1\r\x0313\r\n"),
      "text",
      "\x021H|Müller\r\x0312\r\n\x022P|1\r\x0313\r\n",
    ],
    [
      "words of one letter and signs in it",
      latin("é 21,5 °C à sombra, 20 ° ao sol").subarray(2),
      "text",
      "21,5 °C à sombra, 20 ° ao sol",
    ],
    ["UTF-8 that was cut within a character", cut, "text", "Entrega às 12h em Bel\ufffd"],
    [
      "the same where each letter is beyond ASCII",
      bytes("No 2: Доставка").subarray(0, -1),
      "text",
      "No 2: Доставк\ufffd",
    ],
    [
      "a long one whose beginning ends within a letter",
      bytes(`${"x".repeat(254)}"É" às 12h em Belém`).subarray(0, -2),
      "text",
      `${"x".repeat(254)}"É" às 12h em Bel\ufffd`,
    ],
  ])("%s is read, and its bytes are kept", (_case, data, kind, value) => {
    expect(readAuto(data)).toEqual({ kind, value, raw: data, isCut: false, problem: null });
  });

  test.each([
    ['{\n    "cidade": "São Paulo",\n    "estado": "entregue"\n}', "json"],
    ['[\r\n\t{"cidade": "São Paulo"}]', "json"],
    ['{"sensor": "hall", "heading": "21°", "tolerance": "±0.5"}', "json"],
    ['{"pedido": "P-1", "etapa": "3ª", "lista": ["à", "b"]}', "json"],
    ['{"item":"bomba","price":"10\x80","state":"paid"}', "json"],
    ['{"c":"é"}', "json"],
    ["São Paulo: entrega confirmada às 12h", "text"],
    ["É tarde demais para a entrega", "text"],
    ["Öffnung der Ventile beendet", "text"],
    ["1\tSão Paulo\tentregue\t12", "text"],
    ["open 9\x9617 every day, for 10\x80 or at 21°", "text"],
    ["INFO \x1b[32mok\x1b[0m entrega em São Paulo às 12h", "text"],
    ["relatório de São Paulo\n\fpágina 2 de São Paulo", "text"],
  ])("%j of Windows-1252 is %s", (text, kind) => {
    expect(readAuto(latin(text)).kind).toBe(kind);
    expect(readText(latin(text)).problem).toBeNull();
  });

  test.each([
    "\x1b[32mINFO\x1b[0m Entrega às 12h em Belé",
    'Pedido às 12h: nome "É',
    "Preço às 12h: 10€",
    "Não foi possível gravar o pedido é",
    '{\n  "city": "São Paulo", "s": "é',
  ])("%j whose last byte is lost is a text", (text) => {
    expect(readAuto(bytes(text).subarray(0, -1)).kind).toBe("text");
  });

  test.each([
    "\x021H|\\^&|||Analyzer^1\x17A1\r\n",
    "\x021R|1|^^^GLU|94\x173C\r\n\x022|mg/dL\r\x0312\r\n",
    "Alice\x1f\x1f\x1fM\x1eBob\x1f5\x1f7\x1fM",
    "END OF REPORT\r\n\x1a",
    "Progress: 10%\b\b\b20%",
    "build failed\x07\n",
    "\x1b]0;user@host: ~\x07user@host:~$ ls",
  ])("%j is a text", (text) => {
    expect(readAuto(bytes(text)).kind).toBe("text");
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
    ["high bytes between figures", latin("12345678\xe91234567\xe8|12345678")],
    ["a compressed text", zstdCompressSync("a sensor in the hall of the house")],
    ["the beginning of a PDF", latin("%PDF-1.7\n%âãÏÓ\n1 0 obj <</Type /Catalog>> endobj")],
    ["text that is mostly beyond ASCII", latin(`12:30 ${"é".repeat(20)}`)],
    ["text of Cyrillic's own encoding", Uint8Array.of(0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2)],
  ])("%s are bytes, and an event", (_case, data) => {
    expect(readAuto(data)).toEqual({ kind: "bytes", value: data, raw: data, isCut: false, problem: null });
  });
});

test("what was read holds nothing of the network's buffer", () => {
  const network = new Uint8Array(10_000);
  const { raw } = readBytes(network.subarray(3, 8));
  expect((raw as Uint8Array).buffer.byteLength).toBe(5);
});

test.each([
  ["an empty payload", "", "empty"],
  ["text", "hello", "not-json"],
  ["bytes", Uint8Array.of(0xff), "not-utf8"],
])("a feed that says JSON refuses %s", (_case, payload, reason) => {
  const data = typeof payload === "string" ? bytes(payload) : payload;
  expect(readJson(data).problem?.reason).toBe(reason);
});

test.each(["7", "null", "[]", '"a"'])("a feed that says JSON takes %s", (text) => {
  expect(readJson(bytes(text)).problem).toBeNull();
});

test("a feed that says text has text, also where it looks like JSON", () => {
  expect(readText(bytes("[1]")).value).toBe("[1]");
  expect(readText(Uint8Array.of(0xff)).problem?.reason).toBe("not-utf8");
  const latin = Uint8Array.of(...bytes("entregue "), 0xe0, ...bytes("s 12h"));
  expect(readText(latin)).toMatchObject({ value: "entregue às 12h", raw: latin, problem: null });
});

test("a payload of 1 MB is read; a larger one is an event whose beginning is kept, and told to be cut", () => {
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

test("20,000 levels are read like any JSON", () => {
  const depth = 20_000;
  const deep = `${"[".repeat(depth)}{"0":1}${"]".repeat(depth)}`;
  expect(readAuto(bytes(deep))).toMatchObject({ kind: "json", problem: null });
});

test("whatever the bytes are, nothing is thrown, and the bytes are there as they came", () => {
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
