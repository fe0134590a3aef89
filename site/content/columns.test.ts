import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { en } from "../i18n/en.ts";
import { ptBR } from "../i18n/pt-br.ts";
import { parseJson } from "./exact-json.ts";
import { FoundColumns } from "./found-columns.ts";
import { collatorFor, compareValues } from "./order.ts";
import { pathOf } from "./path.ts";
import { eventOf } from "./testing.ts";
import type { Value } from "./value.ts";
import { widthOf } from "./widths.ts";

const foundIn = (payloads: readonly unknown[], subjects: readonly string[] = ["a"]) => {
  const found = new FoundColumns();
  payloads.forEach((payload, index) => {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    found.note(eventOf(text, { subject: subjects[index % subjects.length] ?? "a" }));
  });
  return found;
};
const shown = (payloads: readonly unknown[], most = 6, subjects?: readonly string[]) =>
  foundIn(payloads, subjects)
    .columns(most)
    .map(({ field, format, unit }) => [field, format, unit].filter((part) => part !== undefined).join(" "));

describe("columns are found from what comes", () => {
  test("of events with fields and events without, the latter are more than a row of what they don't have", () => {
    const mixed = Array.from({ length: 40 }, (_, index) =>
      index % 4 === 0
        ? `"pump ${index} started"`
        : { x: index, y: 2 * index, battery: 3 * index, celsius: 4 },
    );
    expect(shown(mixed, 3)).toContain("$payload");
  });

  test("they stay the very same ones until others fit better: equal ones would be laid out anew", () => {
    const found = foundIn([{ id: 1 }, { id: 2 }]);
    const before = found.columns(6);
    found.note(eventOf('{"id":3}', { subject: "a" }));
    expect(found.columns(6)).toBe(before);
    found.note(eventOf('{"id":4,"more":"x"}', { subject: "a" }));
    expect(found.columns(6)).not.toBe(before);
  });

  test("an order: nested fields, a status, times, a link, sizes", () => {
    const orders = Array.from({ length: 20 }, (_, index) => ({
      id: 9000 + index,
      customer: { name: `Name ${index}`, address: { city: `City ${index}` } },
      status: ["new", "paid", "sent"][index % 3],
      placed_at: 1_764_093_600 + index,
      updated: `2026-11-25T18:00:${String(index).padStart(2, "0")}Z`,
      invoice: `https://shop.example/${index}`,
      size_bytes: 1000 * index,
      took_ms: index,
    }));
    expect(shown(orders, 20)).toEqual([
      "id",
      "customer.name",
      "customer.address.city",
      "status chip",
      "placed_at time",
      "updated time",
      "invoice link",
      "size_bytes bytes",
      "took_ms duration ms",
    ]);
  });

  test("a number of decades is a time, whatever unit its name says", () => {
    expect(shown([{ ts_ms: 1_764_093_600_000, took_ms: 60_000, p50_ms: 12.345678901234567 }])).toEqual([
      "ts_ms time ms",
      "took_ms duration ms",
      "p50_ms duration ms",
    ]);
  });

  test("numbers stand under each other by their last digit, also where they come as they are", () => {
    const columns = foundIn([{ cpu: 1.5, host: "a" }]).columns(9);
    expect(columns.map(({ field, align }) => [field, align])).toEqual([
      ["cpu", "end"],
      ["host", undefined],
    ]);
  });

  test("an envelope's fields have their own names, and no trace: it has its place", () => {
    expect(shown([{ trace_id: "t", type: "x", payload: { type: "y", id: 1, to: { name: "n" } } }])).toEqual([
      "type",
      "id",
      "to.name",
    ]);
  });

  test.each([
    ["lines of a log", ["INFO a", "WARN b"], ["$payload"]],
    ["numbers", ["7", "8.50"], ["$payload"]],
    ["lists", ["[1]", "[2]"], ["$payload"]],
    ["null", ["null"], []],
    ["nothing yet", [], []],
  ])("%s", (_case, payloads, columns) => expect(shown(payloads)).toEqual(columns));

  test("several subjects are told apart", () => {
    expect(shown([{ t: 1 }, { t: 2 }], 6, ["iot.a", "iot.b"])).toEqual(["$subject", "t"]);
  });

  test("what tells little gives way: rare, always the same, nested", () => {
    const events = Array.from({ length: 20 }, (_, index) => ({
      version: "1",
      list: [index],
      ...(index < 2 ? { rare: index } : {}),
      a: index,
      b: -index,
    }));
    expect(shown(events, 2)).toEqual(["a", "b"]);
    expect(shown(events, 3)).toEqual(["version", "a", "b"]);
    expect(shown(events, 9)).toEqual(["version", "list", "a", "b"]);
  });

  test("any few words that come again are chips; ids, prose and many different ones aren't", () => {
    const times = (count: number, of: (index: number) => string) =>
      shown(Array.from({ length: count }, (_, index) => ({ word: of(index) })))[0];
    expect(times(40, (index) => `kind ${index % 4}`)).toBe("word chip");
    expect(times(40, (index) => `id-${index}`)).toBe("word");
    expect(times(40, (index) => `this is a longer text ${index % 2}`)).toBe("word");
    expect(times(4, (index) => `kind ${index}`)).toBe("word");
    expect(shown([{ status: "shipped" }])).toEqual(["status chip"]);
  });

  test("64-bit ids and counts are no times, whatever their size", () => {
    expect(shown(['{"order_id":9223372036854775801,"count":1764093600}'])).toEqual(["order_id", "count"]);
  });

  test("a heading is the last step, as long as it is one column's only", () => {
    const found = foundIn([{ from: { id: 1 }, to: { id: 2, name: "n" } }]);
    expect(found.columns(9).map(({ title }) => title.en)).toEqual(["from.id", "to.id", "name"]);
  });

  test("a field for each thing doesn't grow without bound, and every path leads to its field", () => {
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, index]));
    expect(foundIn([wide]).fields.length).toBe(100);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const event = eventOf(JSON.stringify(value));
        const found = new FoundColumns();
        found.note(event);
        for (const { field } of found.columns(100)) expect(pathOf(field).of(event)).not.toBeUndefined();
      }),
    );
  });

  test("at an ordinary rate columns follow at once where a stream becomes another, however long it was the first", () => {
    const found = new FoundColumns();
    const second = (atMs: number, payload: string) => {
      for (let index = 0; index < 50; index += 1) found.note(eventOf(payload, { atMs }));
      return found.columns(6).map(({ field }) => field);
    };
    for (let at = 1; at <= 40; at += 1) second(at * 1000, '{"a":1}');
    second(41_000, '{"b":1}');
    expect(second(42_000, '{"b":1}')).toEqual(["a", "b"]);
    // What was shown stays for as long as a tenth has it, so that no column comes and goes.
    for (let at = 43; at <= 50; at += 1) second(at * 1000, '{"b":1}');
    expect(found.columns(6).map(({ field }) => field)).toEqual(["a", "b"]);
    for (let at = 51; at <= 70; at += 1) second(at * 1000, '{"b":1}');
    expect(found.columns(6).map(({ field }) => field)).toEqual(["b"]);
  });

  test("at a flood the first of each subject is looked at, whatever came before", () => {
    const found = new FoundColumns();
    for (let index = 0; index < 110; index += 1) found.note(eventOf('{"a":1}'));
    found.note(eventOf('{"late":2}', { subject: "another" }));
    expect(found.fields.map(({ path }) => path)).toEqual(["a", "late"]);
  });

  test("where many fields are gone, new ones have their place", () => {
    const found = new FoundColumns();
    const wide = (name: string) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [name + at, at])));
    found.note(eventOf(wide("old")));
    for (let at = 1; at <= 500; at += 1) found.note(eventOf('{"now":1}', { atMs: at * 1000 }));
    expect(found.fields.map(({ path }) => path)).toEqual(["now"]);
  });

  test("what says how an event fares is shown before what stands in front of it", () => {
    const orders = Array.from({ length: 20 }, (_, index) => ({
      id: index,
      a: index,
      b: index,
      c: index,
      status: ["new", "paid"][index % 2],
    }));
    expect(shown(orders, 3)).toEqual(["id", "a", "status chip"]);
  });

  test("a field that appears late is found at a flood too", () => {
    const found = new FoundColumns();
    for (let index = 0; index < 500; index += 1) found.note(eventOf('{"a":1}'));
    for (let index = 0; index < 100; index += 1) found.note(eventOf('{"a":1,"late":2}'));
    expect(found.fields.map(({ path }) => path)).toEqual(["a", "late"]);
  });
});

test("a column is as wide as nearly all of its texts, and never narrower than its heading", () => {
  const wholeOf = (heading: string, texts: readonly string[]) => widthOf(heading, texts).whole;
  expect(wholeOf("Id", ["abcdef", "abcde"])).toBe(6);
  expect(wholeOf("A long heading", ["x"])).toBe(13);
  expect(wholeOf("Id", ["1234567"])).toBe(7);
  expect(wholeOf("Id", ["WWWWWWW"])).toBe(10.5);
  expect(wholeOf("Id", [...Array<string>(20).fill("task-1234"), "x".repeat(500)])).toBe(8.5);
  expect(wholeOf("Text", ["x".repeat(500)])).toBe(60);
  expect(wholeOf("", [])).toBe(4);
  expect(wholeOf("", ["日本語です"])).toBe(10);
  expect(wholeOf("", ["e\u0301".repeat(9)])).toBe(9);
});

test.each([en, ptBR])(
  "the word for what is missing has room in the narrowest column: $noValue",
  ({ noValue }) => {
    expect(widthOf("", [noValue])).toEqual(widthOf("", []));
  },
);

test.each([
  ["Type", "sparc_summarize", 9.5],
  ["At", "Nov 25, 2026, 20:57:44", 5],
  ["Temperature", "7 °C", 9],
  ["Id", "9223372036854775801", 19],
  ["Payload", "x".repeat(300), 20],
  ["Model", "m", 6.215],
])("a column %s of %s that may take two lines breaks no word", (heading, text, least) => {
  expect(widthOf(heading, [text]).twoLines).toBeCloseTo(least);
});

test("where there is too little room, a column keeps its longest word, or a beginning of one line", () => {
  const name = "Maximiliana von Hohenstein";
  expect(widthOf("Name", [name])).toEqual({ whole: 24, oneLine: 12, twoLines: 10.5 });
});

describe("the order of a column", () => {
  const texts = collatorFor("en");
  const sorted = (values: readonly (Value | undefined)[]) =>
    [...values].sort((one, other) => compareValues(one, other, texts));

  test("numbers by size, 64 bits of them, then texts with their numbers, then nested, null, missing", () => {
    const values = parseJson(
      '["b10","b9",[1],null,9223372036854775802,9223372036854775801,1.10,1e400,-0,2,"a"]',
    );
    const result = sorted([...(values as Value[])]);
    expect(result.map(String)).toEqual([
      "-0",
      "1.10",
      "2",
      "9223372036854775801",
      "9223372036854775802",
      "1e400",
      "a",
      "b9",
      "b10",
      "1",
      "null",
    ]);
    expect(compareValues(undefined, null, texts)).toBeGreaterThan(0);
  });

  test("is one: whatever the values, it can be sorted by", () => {
    const any = fc.oneof(fc.jsonValue(), fc.constantFrom(undefined, Number.NaN)) as fc.Arbitrary<
      Value | undefined
    >;
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const compare = (one: Value | undefined, other: Value | undefined) =>
          Math.sign(compareValues(one, other, texts));
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
