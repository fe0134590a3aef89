import { expect, test } from "vitest";
import type { Message } from "../../client/index.ts";
import { feedOf, messageOf, viewOf } from "../testing.ts";
import { numbersOf, PanelNumbers } from "./panel-numbers.ts";

const T = [{ field: "t", title: { en: "t", "pt-BR": "t" } }];

function drawn({ series }: PanelNumbers) {
  return series.lines.map(({ field, key, count, latest }) => ({ field, key, count, last: latest.number }));
}

test("draws each kept event, even before a snapshot has it, and each new event once, until it is stopped", () => {
  for (const view of ["table", "latest-by-key"] as const) {
    const { store } = viewOf(feedOf("t", { view, key: "id" }));
    const receive = (id: string, t: number) => store.receive(messageOf(JSON.stringify({ id, t })));
    receive("a", 1);
    const numbers = new PanelNumbers(store, T);
    expect(drawn(numbers)).toEqual([{ field: "t", key: "a", count: 1, last: 1 }]);
    receive("b", 2);
    receive("a", 3);
    numbers.stop();
    receive("b", 4);
    expect(drawn(numbers)).toEqual([
      { field: "t", key: "a", count: 2, last: 3 },
      { field: "t", key: "b", count: 1, last: 2 },
    ]);
  }
});

test("texts such as ids and postcodes aren't drawn: texts are numbers only in numeric columns, and never in the key", () => {
  const columns = [
    { field: "order_id" },
    { field: "zip", format: "text" as const },
    { field: "price", format: "number" as const },
    { field: "load", unit: "%" },
    { field: "rate", digits: 2 },
    { field: "device", format: "number" as const },
  ].map((column) => ({ ...column, title: { en: column.field, "pt-BR": column.field } }));
  const { store } = viewOf(feedOf("t", { key: "device" }));
  const numbers = new PanelNumbers(store, columns);
  const quote = {
    order_id: "4711000123",
    zip: "10115",
    price: "12.50",
    load: "7",
    rate: "1.1",
    device: "1001",
  };
  store.receive(messageOf(JSON.stringify(quote)));
  expect(drawn(numbers).map(({ field, key, last }) => [field, key, last])).toEqual([
    ["price", "1001", 12.5],
    ["load", "1001", 7],
    ["rate", "1001", 1.1],
  ]);
});

test("without chosen columns, numeric fields that appear later are drawn from their first number on, none twice", () => {
  const { store, paint } = viewOf(feedOf("t"));
  const receive = (payload: string) => store.receive(messageOf(payload));
  receive('"hello"');
  const numbers = new PanelNumbers(store, []);
  expect(numbers.columns().size).toBe(0);
  receive('{"t":1}');
  receive('{"t":2}');
  expect([...numbers.columns().keys()]).toEqual(["t"]);
  receive('{"t":3,"w":7}');
  receive('{"t":4,"w":8}');
  paint();
  expect([...numbers.columns().keys()]).toEqual(["t", "w"]);
  expect(drawn(numbers)).toEqual([
    { field: "t", key: null, count: 4, last: 4 },
    { field: "w", key: null, count: 2, last: 8 },
  ]);
});

test("without chosen columns, deletions of keys don't hide numeric fields", () => {
  const { store } = viewOf(feedOf("t"));
  const subject = "$KV.b.k";
  store.receive(messageOf('{"t":1}', { subject }));
  const headers = { keys: () => ["KV-Operation"], values: () => ["DEL"] } as unknown as NonNullable<
    Message["headers"]
  >;
  for (let count = 0; count < 9; count += 1) store.receive(messageOf("", { subject, headers }));
  expect([...new PanelNumbers(store, []).columns().keys()]).toEqual(["t"]);
});

test("neither times nor filtered events are drawn", () => {
  const { store } = viewOf(feedOf("t"));
  const numbers = new PanelNumbers(
    store,
    [...T, { field: "at", title: { en: "at", "pt-BR": "at" }, format: "time" }],
    (event) => event.subject === "a",
  );
  store.receive(messageOf('{"t":1,"at":1764093600}', { subject: "a" }));
  store.receive(messageOf('{"t":2,"at":1764093600}', { subject: "b" }));
  expect(drawn(numbers)).toEqual([{ field: "t", key: null, count: 1, last: 1 }]);
});

test("numbers reach farther back than the kept events, also where nobody looks at them", () => {
  const { view, store } = viewOf(feedOf("t"));
  store.receive(messageOf('{"t":1}'));
  expect(numbersOf(view).columns().size).toBe(1);
  for (let t = 2; t <= 1500; t += 1) store.receive(messageOf(`{"t":${t}}`));
  expect(drawn(numbersOf(view))).toEqual([{ field: "t", key: null, count: 1500, last: 1500 }]);
});

test("an old event among new ones doesn't clear a line", () => {
  const { store, clock } = viewOf(feedOf("t"));
  const numbers = new PanelNumbers(store, T);
  store.receive(messageOf('{"t":1}'));
  const [, before] = numbers.series.aligned(numbers.series.lines, clock.atMs);
  const anHourAgo = clock.atMs - 3_600_000;
  store.receive(messageOf('{"t":9}', { isHistory: true, publishedAtMs: anHourAgo }));
  const [, after] = numbers.series.aligned(numbers.series.lines, clock.atMs);
  expect(before).toEqual([1]);
  expect(after).toEqual(before);
});
