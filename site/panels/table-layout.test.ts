import { expect, test } from "vitest";
import { cellsOf } from "../content/cell.ts";
import { eventOf } from "../content/testing.ts";
import { formats } from "../i18n/i18n.ts";
import type { ShownColumn } from "./columns.ts";
import type { FeedEvent } from "./entry.ts";
import { layOut, Widths } from "./table-layout.ts";

const laid = (
  columns: readonly (readonly [field: string, column?: Partial<ShownColumn>])[],
  ...payloads: readonly object[]
) => {
  const all = columns.map(([field, more]) => {
    const column: ShownColumn = { field, title: { en: field, "pt-BR": field }, ...more };
    return { column, heading: field, cellOf: cellsOf(column, formats.value, "en") };
  });
  const events = payloads.map(
    (payload) => ({ ...eventOf(JSON.stringify(payload)), kind: "event" }) as unknown as FeedEvent,
  );
  return layOut(new Widths().of(all, events), null);
};
const flexibleOf = (layout: ReturnType<typeof laid>) =>
  layout.columns.filter(({ isFlexible }) => isFlexible).map(({ column }) => column.field);

test("a long text has the room that is left; where there is none, what stands behind the last column is empty", () => {
  const long = laid([["text"], ["state", { format: "chip" }]], { text: "x".repeat(80), state: "ok" });
  expect([flexibleOf(long), long.isSpread]).toEqual([["text"], false]);
  const short = laid([["name"], ["state", { format: "chip" }]], { name: "Ana", state: "ok" });
  expect([flexibleOf(short), short.isSpread]).toEqual([["state"], true]);
});

test("a long fraction takes no more room than its first digits, and is never broken", () => {
  const [cpu, id] = laid(
    [
      ["cpu", { align: "end" }],
      ["id", { align: "end" }],
    ],
    {
      cpu: 49.674847803385845,
      id: 1234567890123,
    },
  ).columns;
  expect(cpu?.width).toEqual({ whole: 8, oneLine: 8, twoLines: 8 });
  expect(id?.width.twoLines).toBe(13);
});

test("a number has room however rare one so long is: without its end it would be another", () => {
  const totals = [...Array<number>(19).fill(97), 1_234_567].map((total) => ({ total }));
  const [total] = laid([["total", { format: "number" }]], ...totals).columns;
  expect(total?.width.twoLines).toBeGreaterThanOrEqual("1234567".length);
});

test.each<[string, string, Partial<ShownColumn>]>([
  ["9.50", "1234567.00", { align: "end" }],
  ["12s", "1h12m32.5s", { format: "duration" }],
])("so has one that is sent as a text: beside %s, %s", (usual, rare, look) => {
  const amounts = [...Array<string>(19).fill(usual), rare].map((amount) => ({ amount }));
  const [amount] = laid([["amount", look]], ...amounts).columns;
  expect(amount?.width.whole).toBeGreaterThanOrEqual(rare.length);
});

test("one long text among numbers makes no column wide", () => {
  const texts = [
    ...Array<number>(19).fill(97),
    "sensor disconnected, last reading is stale, retrying in 30 s",
  ];
  const [temp] = laid([["temp", { format: "number" }]], ...texts.map((temp) => ({ temp }))).columns;
  expect(temp?.width.whole).toBeLessThan(10);
});

test("a chip has room for its words; it gives way no farther than that they can be read, and in two lines are whole", () => {
  const [chip] = laid([["state", { format: "chip" }]], { state: "deployment.rolled_back" }).columns;
  expect(chip?.width.oneLine).toBe(13);
  expect(chip?.width.whole).toBeGreaterThan(20);
  const word = laid([["state", { format: "chip" }]], { state: "manual-review-required" }).columns[0]?.width;
  expect(word?.twoLines).toBeGreaterThanOrEqual("required".length);
  expect(word?.twoLines).toBeLessThan(13);
});

test("a time has room for all of it in two lines, and in one where its column was found and may be left out", () => {
  const [at] = laid([["at", { format: "time" }]], { at: "2026-11-25T20:57:44.123Z" }).columns;
  expect(at?.width.twoLines).toBeGreaterThan((at?.width.whole ?? 0) / 2);
  expect(at?.width.oneLine).toBeLessThan(at?.width.whole ?? 0);
  const [found] = laid([["at", { format: "time", rank: 3 }]], { at: "2026-11-25T20:57:44.123Z" }).columns;
  expect(found?.width.oneLine).toBe(found?.width.whole);
});
