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

describe("columns are found from what comes", () => {
  test("of events with fields and events without, the latter are more than a row of what they don't have", () => {
    const mixed = Array.from({ length: 40 }, (_, index) =>
      index % 4 === 0
        ? `"pump ${index} started"`
        : { x: index, y: 2 * index, battery: 3 * index, celsius: 4 },
    );
    expect(shown(mixed, 3)).toContain("$payload");
  });

  test("of events with fields and events that say nothing, the latter are no more than what they have none of", () => {
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

  test("they stay the very same ones until others fit better: equal ones would be laid out anew", () => {
    const found = foundIn([{ id: 1 }, { id: 2 }]);
    const before = found.columns(6);
    found.note(eventOf('{"id":3}', { subject: "a" }));
    expect(found.columns(6)).toBe(before);
    found.note(eventOf('{"id":4,"more":"x"}', { subject: "a" }));
    expect(found.columns(6)).not.toBe(before);
  });

  test("what has no name, or one that is longer than a heading, is no column", () => {
    expect(shown([{ "": 0, ["k".repeat(201)]: 1, a: 2 }])).toEqual(["a"]);
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

  test("a field that is named as a path of ours is has its own value", () => {
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

  test("a payload that is a text is a field of its own, and what says that a key is gone has none", () => {
    expect(shown([{ id: 1, payload: "two words" }])).toEqual(["id", "payload"]);
    const found = foundIn([{ id: 1 }]);
    for (let time = 0; time < 9; time += 1) found.note(eventOf("", { isDeletion: true }));
    expect(found.fields.map(({ path }) => path)).toEqual(["id"]);
  });

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
