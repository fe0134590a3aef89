import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BYTE_ORDER_MARK,
  type CsvStyle,
  csvOf,
  csvStyleOf,
  type Exported,
  jsonArrayOf,
  jsonLinesOf,
} from "./export.ts";
import { type PayloadReader, readAuto, readText } from "./reading.ts";

const EPOCH = "1970-01-01T00:00:00.000Z";
const EN: CsvStyle = csvStyleOf("en");
const PT: CsvStyle = csvStyleOf("pt-BR");

function message(
  payload: string | Uint8Array,
  more: Partial<Exported> = {},
  read: PayloadReader = readAuto,
): Exported {
  const data = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const { kind, value, raw, isCut } = read(data);
  return { subject: "t", size: data.length, headers: [], atMs: 0, value, raw, isCut, payload: kind, ...more };
}

const csv = (messages: readonly Exported[], fields: readonly string[], style = EN) =>
  [
    ...csvOf(
      messages,
      fields.map((field) => ({ field })),
      style,
    ),
  ].join("");
/** The cells of the fields' columns. */
const cells = (payload: string, fields: readonly string[], style = EN) =>
  csv([message(payload)], fields, style)
    .split("\r\n")[1]
    ?.split(style.separator)
    .slice(6, 6 + fields.length);

describe("CSV", () => {
  test("opens on a double click: has a byte order mark, and the separator and decimal mark of the language", () => {
    expect(csv([], ["id"])).toBe(
      `${BYTE_ORDER_MARK}received_at,published_at,subject,sequence,size,headers,id,malformed,payload,payload_cut,payload_not_utf8\r\n`,
    );
    expect(new TextEncoder().encode(csv([], [])).slice(0, 3)).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf));
    expect([EN, PT, csvStyleOf("de"), csvStyleOf("ja")].map(({ separator }) => separator)).toEqual([
      ",",
      ";",
      ";",
      ",",
    ]);
    expect(cells('{"price":1.10,"text":"1.10","name":"José, Maria"}', ["price", "text", "name"], PT)).toEqual(
      ["1,10", "1.10", "José, Maria"],
    );
    expect(cells('{"price":1.5}', ["price"], PT)).toEqual(["1,5"]);
    const packed = message("", { value: { data: Uint8Array.of(1, 2, 3) } });
    expect(csv([packed], ["data"])).toContain(",AQID,");
  });

  test("numbers keep their digits, nested values are JSON, missing and null values are empty", () => {
    const payload = '{"id":9223372036854775801,"big":1e400,"zero":-0,"list":[1.10],"none":null,"empty":""}';
    expect(cells(payload, ["id", "big", "zero", "list", "none", "empty", "gone"])).toEqual([
      "9223372036854775801",
      "1e400",
      "-0",
      "[1.10]",
      "",
      "",
      "",
    ]);
  });

  test.each(["=HYPERLINK(1)", "+1+1", "@SUM(1)", "-2+3", "\tx", "\rx", "-"])(
    "%j doesn't become a formula",
    (text) => {
      expect(csv([message(JSON.stringify({ text }))], ["text"])).toContain(`'${text}`);
    },
  );

  test.each(["-5", "-1.50", "5"])("%s is a number, also if it is sent as text", (text) => {
    expect(cells(JSON.stringify({ text }), ["text"])).toEqual([text]);
  });

  test("the whole payload is there, also of malformed messages and bytes", () => {
    const large = message(JSON.stringify({ text: "x".repeat(100_000) }));
    const malformed = message("{broken", { problem: { reason: "not-json", field: "payload", detail: "…" } });
    const bytes = message(Uint8Array.of(0xff, 0xd8));
    const lines = csv([large, malformed, bytes], []).split("\r\n");
    expect(lines[1]).toHaveLength(100_000 + `${EPOCH},,t,,100011,,,"{""text"":""""}",,`.length);
    expect(lines[2]).toBe(`${EPOCH},,t,,7,,payload: not-json,{broken,,`);
    expect(lines[3]).toBe(`${EPOCH},,t,,2,,,/9g=,,`);
  });

  test("a payload that was cut is marked; sequence, time of publication and headers have columns", () => {
    const [, line] = csv(
      [message("ab", { isCut: true, sequence: 7, publishedAtMs: 0, headers: [["A", ["1", "2, 3"]]] })],
      [],
    ).split("\r\n");
    expect(line).toBe(`${EPOCH},${EPOCH},t,7,2,"{""A"":[""1"",""2, 3""]}",,ab,true,`);
  });

  test("any text survives a round trip through CSV, except for the mark before formulas", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(EN, PT),
        (texts, style) => {
          const fields = texts.map((_, index) => `f${index}`);
          const payload = JSON.stringify(Object.fromEntries(texts.map((text, index) => [`f${index}`, text])));
          const [, row = []] = parseCsv(csv([message(payload)], fields, style), style.separator);
          const marked = texts.map((text) => (beginsAsFormula(text) ? `'${text}` : text));
          expect(row.slice(6, 6 + texts.length)).toEqual(marked);
        },
      ),
    );
  });
});

/** Whether a spreadsheet would run a text as a formula (OWASP, CSV injection); plain numbers are safe. */
function beginsAsFormula(text: string): boolean {
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text);
}

/** A minimal CSV parser (RFC 4180). */
function parseCsv(text: string, separator: string): string[][] {
  const rows: string[][] = [[""]];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const row = rows.at(-1) ?? [];
    const sign = text[at] ?? "";
    if (isQuoted && sign === '"' && text[at + 1] === '"') at += 1;
    else if (sign === '"') {
      isQuoted = !isQuoted;
      continue;
    } else if (!isQuoted && sign === separator) {
      row.push("");
      continue;
    } else if (!isQuoted && text.startsWith("\r\n", at)) {
      rows.push([""]);
      at += 1;
      continue;
    }
    row[row.length - 1] += sign;
  }
  return rows;
}

test("a text that isn't UTF-8 is marked in CSV and JSON; text that is UTF-8, and bytes, are not", () => {
  const damaged = message(Uint8Array.of(0x61, 0xff), {}, readText);
  const others = [message("a", {}, readText), message(Uint8Array.of(0xff))];
  const marks = csv([damaged, ...others], [])
    .split("\r\n")
    .map((line) => line.split(",").slice(-3).join());
  expect(marks).toEqual(["payload,payload_cut,payload_not_utf8", "a\ufffd,,true", "a,,", "/w==,,", ""]);
  const rows = [...jsonLinesOf([damaged, ...others])].map((line) => JSON.parse(line));
  expect(rows.map(({ payload, payload_not_utf8 }) => [payload, payload_not_utf8])).toEqual([
    ["a\ufffd", true],
    ["a", undefined],
    ["/w==", undefined],
  ]);
});

describe("JSON", () => {
  test("has everything of a message: headers with separate values, and numbers with their digits", () => {
    const one = message('{"id": 9223372036854775801, "price": 1.10}', {
      headers: [["A", ["1", "2, 3"]]],
      sequence: 7,
      publishedAtMs: 0,
    });
    const lines = [...jsonLinesOf([one, { remark: { gap: { from: EPOCH } } }])];
    expect(lines).toEqual([
      `{"received_at":"${EPOCH}","published_at":"${EPOCH}","subject":"t","sequence":7,"size":42,` +
        `"headers":{"A":["1","2, 3"]},"payload_kind":"json","payload":{"id":9223372036854775801,"price":1.10}}\n`,
      `{"gap":{"from":"${EPOCH}"}}\n`,
    ]);
  });

  test("leaves out sequence and time of publication without a stream", () => {
    const [line = ""] = jsonLinesOf([message("1")]);
    const names = ["received_at", "subject", "size", "headers", "payload_kind", "payload"];
    expect(Object.keys(JSON.parse(line))).toEqual(names);
  });

  test("a payload is a JSON value if it could be read, else text or base64", () => {
    const rows = [
      message("two\nlines"),
      message(Uint8Array.of(1, 2, 3)),
      message("null"),
      message("x", { value: undefined, raw: Uint8Array.of(1), isCut: true, payload: "bytes" }),
      message("{", { value: undefined, payload: "json", problem: { reason: "empty", field: "payload" } }),
    ];
    expect([...jsonLinesOf(rows)].map((line) => JSON.parse(line))).toMatchObject([
      { payload_kind: "text", payload: "two\nlines" },
      { payload_kind: "bytes", payload: "AQID" },
      { payload_kind: "json", payload: null },
      { payload_kind: "bytes", payload: "AQ==", payload_cut: true },
      { payload_kind: "json", payload: "{", malformed: { reason: "empty", field: "payload" } },
    ]);
  });

  test("values nested deeper than the call stack are written, and nested values without indentation", () => {
    const deep = `${"[".repeat(20_000)}{"0":1}${"]".repeat(20_000)}`;
    const zeros = `${"[".repeat(500)}${Array(20_000).fill("0").join(",")}${"]".repeat(500)}`;
    for (const payload of [deep, zeros]) {
      const [line = ""] = jsonLinesOf([message(payload)]);
      expect(line).toContain(payload);
      expect(line.length).toBeLessThan(payload.length + 200);
    }
  });

  test("no, one and many messages make a valid JSON array", () => {
    const array = (count: number) =>
      [...jsonArrayOf(Array.from({ length: count }, () => message("1")))].join("");
    expect([0, 1, 3].map((count) => JSON.parse(array(count)).length)).toEqual([0, 1, 3]);
  });
});
