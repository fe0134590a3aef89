import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FoundColumns } from "./found-columns.ts";
import { pathOf } from "./path.ts";
import { eventOf } from "./testing.ts";

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

describe("columns are found in incoming events", () => {
  test("with events with fields and others with a payload that is one value, that payload has a column", () => {
    const mixed = Array.from({ length: 40 }, (_, index) =>
      index % 4 === 0
        ? `"pump ${index} started"`
        : { x: index, y: 2 * index, battery: 3 * index, celsius: 4 },
    );
    expect(shown(mixed, 3)).toContain("$payload");
  });

  test("with events with fields and others with an empty payload, the payload has no column", () => {
    const mixed = Array.from({ length: 100 }, (_, index) =>
      index % 5 === 0
        ? ""
        : { id: index, user: `u${index}`, total: 2 * index, state: "x", x: -index, y: index },
    );
    expect(shown(mixed).map((column) => column.split(" ")[0])).toEqual([
      "id",
      "user",
      "total",
      "state",
      "x",
      "y",
    ]);
  });

  test("they stay the same array until other columns fit better", () => {
    const found = foundIn([{ id: 1 }, { id: 2 }]);
    const before = found.columns(6);
    found.note(eventOf('{"id":3}', { subject: "a" }));
    expect(found.columns(6)).toBe(before);
    found.note(eventOf('{"id":4,"more":"x"}', { subject: "a" }));
    expect(found.columns(6)).not.toBe(before);
  });

  test("a field without a name, or with one that is longer than a heading, is no column", () => {
    expect(shown([{ "": 0, ["k".repeat(201)]: 1, a: 2 }])).toEqual(["a"]);
  });

  test("an order has columns for nested fields, a status, times, a link and sizes", () => {
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

  test("a number that would be decades is a time, in the unit of its name", () => {
    expect(shown([{ ts_ms: 1_764_093_600_000, took_ms: 60_000, p50_ms: 12.345678901234567 }])).toEqual([
      "ts_ms time ms",
      "took_ms duration ms",
      "p50_ms duration ms",
    ]);
  });

  test("numbers are aligned at their end, also without a format", () => {
    const columns = foundIn([{ cpu: 1.5, host: "a" }]).columns(9);
    expect(columns.map(({ field, align }) => [field, align])).toEqual([
      ["cpu", "end"],
      ["host", undefined],
    ]);
  });

  test("the fields of an envelope have their own names, and the trace has no column", () => {
    expect(shown([{ trace_id: "t", type: "x", payload: { type: "y", id: 1, to: { name: "n" } } }])).toEqual([
      "type",
      "id",
      "to.name",
    ]);
  });

  test("a field that is named like a path such as $subject has its own value", () => {
    const fields = {
      $time: "t",
      $size: 1,
      $key: "k",
      "$subject[0]": "s",
      $payload: { a: 2 },
      $header: { b: 3 },
    };
    const leaves = ["t", 1, "k", "s", 2, 3];
    for (const payload of [fields, { payload: fields }]) {
      const found = foundIn([payload]).columns(9);
      expect(found.map(({ field }) => pathOf(field).of(eventOf(JSON.stringify(payload))))).toEqual(leaves);
      expect(found.map(({ title }) => title.en)).toEqual(["$time", "$size", "$key", "$subject[0]", "a", "b"]);
    }
  });

  test.each([
    ["lines of a log", ["INFO a", "WARN b"], ["$payload"]],
    ["numbers", ["7", "8.50"], ["$payload"]],
    ["lists", ["[1]", "[2]"], ["$payload"]],
    ["null", ["null"], []],
    ["nothing yet", [], []],
  ])("%s", (_case, payloads, columns) => expect(shown(payloads)).toEqual(columns));

  test("a text payload has a column, and deletions of keys have none", () => {
    expect(shown([{ id: 1, payload: "two words" }])).toEqual(["id", "payload"]);
    const found = foundIn([{ id: 1 }]);
    for (let time = 0; time < 9; time += 1) found.note(eventOf("", { isDeletion: true }));
    expect(found.fields.map(({ path }) => path)).toEqual(["id"]);
  });

  test("several subjects have a column", () => {
    expect(shown([{ t: 1 }, { t: 2 }], 6, ["iot.a", "iot.b"])).toEqual(["$subject", "t"]);
  });

  test("rare, constant and nested fields are left out first", () => {
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

  test("a few recurring words are chips; ids, prose and many different words aren't", () => {
    const times = (count: number, of: (index: number) => string) =>
      shown(Array.from({ length: count }, (_, index) => ({ word: of(index) })))[0];
    expect(times(40, (index) => `kind ${index % 4}`)).toBe("word chip");
    expect(times(40, (index) => `id-${index}`)).toBe("word");
    expect(times(40, (index) => `this is a longer text ${index % 2}`)).toBe("word");
    expect(times(4, (index) => `kind ${index}`)).toBe("word");
    expect(shown([{ status: "shipped" }])).toEqual(["status chip"]);
  });

  test("64-bit ids and counts aren't times, whatever their size", () => {
    expect(shown(['{"order_id":9223372036854775801,"count":1764093600}'])).toEqual(["order_id", "count"]);
  });

  test("a heading is the last step of its path, unless two columns would have the same", () => {
    const found = foundIn([{ from: { id: 1 }, to: { id: 2, name: "n" } }]);
    expect(found.columns(9).map(({ title }) => title.en)).toEqual(["from.id", "to.id", "name"]);
  });

  test("with ids as field names, the number of fields is bounded, and every path leads to its field", () => {
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

  test("at an ordinary rate columns soon follow a stream that changes, however long it was the same", () => {
    const found = new FoundColumns();
    const second = (atMs: number, payload: string) => {
      for (let index = 0; index < 50; index += 1) found.note(eventOf(payload, { atMs }));
      return found.columns(6).map(({ field }) => field);
    };
    for (let at = 1; at <= 40; at += 1) second(at * 1000, '{"a":1}');
    second(41_000, '{"b":1}');
    expect(second(42_000, '{"b":1}')).toEqual(["a", "b"]);
    // A shown column stays while a tenth of the events has it, so that columns don't flicker.
    for (let at = 43; at <= 50; at += 1) second(at * 1000, '{"b":1}');
    expect(found.columns(6).map(({ field }) => field)).toEqual(["a", "b"]);
    for (let at = 51; at <= 70; at += 1) second(at * 1000, '{"b":1}');
    expect(found.columns(6).map(({ field }) => field)).toEqual(["b"]);
  });

  test("in a flood the first event of each subject is sampled", () => {
    const found = new FoundColumns();
    for (let index = 0; index < 110; index += 1) found.note(eventOf('{"a":1}'));
    found.note(eventOf('{"late":2}', { subject: "another" }));
    expect(found.fields.map(({ path }) => path)).toEqual(["a", "late"]);
  });

  test("new fields replace many that stopped", () => {
    const found = new FoundColumns();
    const wide = (name: string) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [name + at, at])));
    found.note(eventOf(wide("old")));
    for (let at = 1; at <= 500; at += 1) found.note(eventOf('{"now":1}', { atMs: at * 1000 }));
    expect(found.fields.map(({ path }) => path)).toEqual(["now"]);
  });

  test("a status field ranks before fields in front of it", () => {
    const orders = Array.from({ length: 20 }, (_, index) => ({
      id: index,
      a: index,
      b: index,
      c: index,
      status: ["new", "paid"][index % 2],
    }));
    expect(shown(orders, 3)).toEqual(["id", "a", "status chip"]);
  });

  test("a field that first appears in a flood is found too", () => {
    const found = new FoundColumns();
    for (let index = 0; index < 500; index += 1) found.note(eventOf('{"a":1}'));
    for (let index = 0; index < 100; index += 1) found.note(eventOf('{"a":1,"late":2}'));
    expect(found.fields.map(({ path }) => path)).toEqual(["a", "late"]);
  });
});
