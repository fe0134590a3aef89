import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { feedOf } from "../testing.ts";
import { FeedAlerts } from "./alerts.ts";
import { filterOf } from "./filter.ts";
import { parseFilter } from "./filter-terms.ts";
import { eventOf, SEARCHED } from "./testing.ts";
import { toneTest } from "./tones.ts";
import { numberOf } from "./value.ts";

const found = (wanted: string) => filterOf(wanted).matches(SEARCHED);

describe("found", () => {
  test.each([
    "",
    "  ",
    "ANA",
    "orders.eu",
    "words ana",
    '"two words"',
    '"two words" ana',
    "http://x",
    String.raw`C:\temp`,
    String.raw`C:\temp\new`,
    String.raw`C:\\temp`,
    'said "hi"',
    '"she said "hi" twice"',
    'she said "hi"',
    '"hi"',
    "situacao",
    "situação",
    "situac\u0327a\u0303o",
    "CONCLUIDA",
    "café",
    "cafe",
    String.raw`caf\u00e9`,
    "1.10",
    "9223372036854775801",
    '"-5"',
  ])("%s anywhere", (wanted) => expect(found(wanted)).toBe(true));

  test.each([
    "user:an",
    "Status:failed",
    "status:FAILED",
    'note:"two words"',
    "note:words",
    "meta.id:x-1",
    "meta.Id:X",
    "tags:a",
    "tags[1]:b",
    "user:ana status:fail",
    "situacao:concluida",
    "$subject:eu",
    "$subject[1]:eu",
    "$header.trace:t-1",
    "$size>10",
    "none:null",
    'blank:""',
    "blank:",
    "user:",
  ])("%s in its field", (wanted) => expect(found(wanted)).toBe(true));

  test.each([
    "price>1",
    "price>=1.1",
    "price=1.1",
    "price=1.10",
    "price!=2",
    "price<2",
    "count>5",
    "count<=12",
    "text>12",
    "negative<-4",
    "order_id=9223372036854775801",
    "order_id<9223372036854775802",
    "order_id>9223372036854775800",
    "order_id!=9223372036854775802",
    "user=ana",
    "user!=bruno",
  ])("%s by its size", (wanted) => expect(found(wanted)).toBe(true));

  test.each([
    "-bruno",
    "ana -bruno",
    "-status:done",
    '-"words two"',
    "bruno or ana",
    "bruno OR status:failed",
  ])("%s by what isn't there, or one of two", (wanted) => expect(found(wanted)).toBe(true));
});

test.each([
  "bruno",
  "ana bruno",
  '"words two"',
  "status:ana",
  "user:failed",
  "gone:x",
  "constructor:x",
  "gone:",
  'user:""',
  "gone>1",
  "gone!=1",
  "price>1.1",
  "order_id=9223372036854775802",
  "order_id>9223372036854775801",
  "user>1",
  "-ana",
  "-status:failed",
  "ana -user:ana",
  "bruno or gone:x",
  "ana bruno or carla",
])("not found: %s", (wanted) => expect(found(wanted)).toBe(false));

test("straight and curly quotation marks are the same, as delimiters and in searched texts", () => {
  for (const wanted of ["“two words”", "note:“two words”", "-“words two”", "„she said “hi” twice“"])
    expect(found(wanted), wanted).toBe(true);
  for (const wanted of [
    '“two words" ana',
    '"two words” ana',
    'note:“two words" -bruno',
    '"she said “hi” twice"',
  ])
    expect(parseFilter(wanted).problems, wanted).toEqual([]);
  for (const wanted of ['“two words" ana', '"two words” ana', 'note:“two words" ana'])
    expect([found(wanted), found(`${wanted} bruno`)], wanted).toEqual([true, false]);
  for (const wanted of ['"two words” note:"words, http"', '“two words" note:“words, http”'])
    expect([found(wanted), found(wanted.replace("http", "x"))], wanted).toEqual([true, false]);
  expect(found("“words two”")).toBe(false);
  for (const text of ["don't", "don’t"])
    for (const wanted of ["don't", "don’t"]) expect(filterOf(wanted).matches(eventOf(text))).toBe(true);
});

test.each([
  '"said “hi” to"',
  '“said "hi" to”',
  '„said "hi" to“',
  'note:"said “hi” to" all',
  '-"said “hi” of"',
  'note="she said “hi” to all of us"',
  'note=“she said "hi" to all of us”',
  "the“name:x",
])("quotation marks of the other kind inside a phrase don't end it: %s", (wanted) => {
  const event = eventOf('{"note":"she said “hi” to all of us","the“name":"x"}');
  expect(filterOf(wanted).matches(event)).toBe(true);
});

test.each([
  ["81", true],
  [" 81.5 ", true],
  [".5e3", true],
  ["Infinity", true],
  ["0x51", false],
  ["81,5", false],
  ["", false],
])("a text of %j is a number to a filter, an alert, a tone and a chart alike: %s", (text, isNumber) => {
  const event = eventOf(JSON.stringify({ t: text }));
  expect(filterOf("t>80").matches(event)).toBe(isNumber);
  const alerts = new FeedAlerts(feedOf("a", { alerts: [{ field: "t", when: ">80" }] }));
  expect(alerts.event(event, 1)).toHaveLength(isNumber ? 1 : 0);
  expect(toneTest([{ when: ">80", tone: "bad" }])(text)).toBe(isNumber ? "bad" : null);
  expect(numberOf(text) !== null).toBe(isNumber && text !== "Infinity");
});

test("a heading can name its field, and formatted texts are found too", () => {
  const event = eventOf('{"status":"done","price":1234.5}');
  const options = {
    titles: new Map([["Situação", "status"]]),
    shownText: () => "done 1.234,50 €",
  };
  expect(filterOf("situacao:done", options).matches(event)).toBe(true);
  expect(filterOf("1.234,50", options).matches(event)).toBe(true);
  expect(filterOf("1.234,50").matches(event)).toBe(false);
});

test("a field whose name has a dot is found in upper and lower case, also under `payload`", () => {
  for (const payload of ['{"http.Method":"GET"}', '{"payload":{"http.Method":"GET"}}']) {
    expect(filterOf("HTTP.method:get").matches(eventOf(payload))).toBe(true);
  }
});

test("a field whose name begins with a dollar is found in upper and lower case too", () => {
  expect(filterOf("$Type:order").matches(eventOf('{"$type":"Order"}'))).toBe(true);
});

test("payloads of all encodings are searched by their decoded values", () => {
  expect(filterOf("started").matches(eventOf("INFO started"))).toBe(true);
  expect(filterOf("7").matches(eventOf("[1,7]"))).toBe(true);
  expect(filterOf("[0]>0").matches(eventOf("[1,7]"))).toBe(true);
  expect(filterOf("note=0").matches(eventOf('{"note":" "}'))).toBe(false);
  expect(filterOf("loss=nan").matches(eventOf('{"loss": NaN}'))).toBe(true);
  const packed = eventOf("", { raw: Uint8Array.of(0x81), value: { status: "failed" } });
  expect(filterOf("status:failed").matches(packed)).toBe(true);
  const quoted = eventOf("", { raw: Uint8Array.of(0x81), value: { note: 'she said "hi"\ttwice' } });
  expect(filterOf('"she said "hi"\ttwice"').matches(quoted)).toBe(true);
  const unread = eventOf("", { raw: new TextEncoder().encode("begin"), value: undefined });
  expect(filterOf("begin").matches(unread)).toBe(true);
});

test("any part of a text is found when it is quoted", () => {
  const signs = [...'aÉßΣς가i\u0307\u0301\\"\n\u0001/:-or <>=.😀ש\u2028'];
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...signs), minLength: 1 }), (text) => {
      fc.pre(text.trim() !== "" && !/"(\s|$)/.test(text));
      expect(filterOf(`"${text}"`).matches(eventOf(JSON.stringify({ text })))).toBe(true);
      expect(filterOf(`"${text.normalize("NFD")}"`).matches(eventOf(JSON.stringify({ text })))).toBe(true);
    }),
  );
});

test("no filter throws", () => {
  const pieces = fc.constantFrom(
    '"',
    "or",
    "-",
    ":",
    ">",
    "a",
    " ",
    "=",
    "!",
    "$",
    "[0]",
    ".",
    "\\",
    "é",
    "5",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (written) => {
      const filter = filterOf(written.join(""));
      expect(filter.matches(SEARCHED)).toBeTypeOf("boolean");
      expect(filter.unknownFields([SEARCHED])).toBeInstanceOf(Array);
    }),
    { numRuns: 1000 },
  );
});
