import { expect, test } from "vitest";
import { cellsOf } from "../content/cell.ts";
import { eventOf } from "../content/testing.ts";
import { formats } from "../i18n/i18n.ts";
import type { ShownColumn } from "./columns.ts";
import type { FeedEvent } from "./entry.ts";
import { layOut, type TableRoom, Widths } from "./table-layout.ts";

/** Each character is 10 pixels wide; a rem is 16 pixels. */
const ROOM: TableRoom = {
  insidePx: 1000,
  isNarrow: false,
  remPx: 16,
  characterWidth: () => 10,
  boldCharacterWidth: () => 10,
};
/** Widths of the time and last columns, and the paddings of cells and chips. */
const [TIME, LAST, CELL, CHIP, EDGE] = [84, 96, 18, 16, 4];

type Column = readonly [field: string, more?: Partial<ShownColumn>];

const named = (columns: readonly Column[]) =>
  columns.map(([field, more]) => {
    const column: ShownColumn = { field, title: { en: field, "pt-BR": field }, ...more };
    return { column, heading: field, cellOf: cellsOf(column, formats.value, "en") };
  });
const rowsOf = (payloads: readonly object[]) =>
  payloads.map((payload) => ({ ...eventOf(JSON.stringify(payload)), kind: "event" }) as unknown as FeedEvent);
const laid = (
  columns: readonly Column[],
  payloads: readonly object[],
  room: Partial<TableRoom> = {},
  last: "trace" | null = null,
) => {
  const all = { ...ROOM, ...room };
  return layOut(new Widths().of(named(columns), rowsOf(payloads), all), last, all);
};
/** The widths of columns without spare room. */
const leastOf = (columns: readonly Column[], payloads: readonly object[], isNarrow = false) =>
  laid(columns, payloads, { insidePx: 1, isNarrow }).columns.map(({ widthPx = 0 }) => widthPx);
const widthsOf = ({ columns }: ReturnType<typeof laid>) => columns.map(({ widthPx }) => widthPx);
const fieldsOf = ({ columns }: ReturnType<typeof laid>) => columns.map(({ column }) => column.field);
const sumOf = ({ columns, timePx = 0, lastPx = 0 }: ReturnType<typeof laid>) =>
  columns.reduce((sum, { widthPx = 0 }) => sum + widthPx, timePx + lastPx);

const ANA = [{ name: "Ana Souza", city: "Salvador", load: 97 }];

test.each([300, 500, 1000, 2500])("a table is as wide as its room: %i pixels", (insidePx) => {
  const columns: readonly Column[] = [["name"], ["city"], ["load", { format: "number" }]];
  expect(sumOf(laid(columns, ANA, { insidePx, isNarrow: insidePx < 500 }, "trace"))).toBeCloseTo(insidePx);
});

test("with too little room, columns shrink to their least width, and then the table scrolls", () => {
  const payloads = [{ name: "x".repeat(20), id: "y".repeat(12) }];
  const columns: readonly Column[] = [["name"], ["id"]];
  const least = [120 + CELL, 120 + CELL + EDGE];
  expect(widthsOf(laid(columns, payloads, { insidePx: TIME + 1 }))).toEqual(least);
  const halfway = laid(columns, payloads, { insidePx: TIME + 120 + 120 + 2 * CELL + EDGE + 40 });
  expect(widthsOf(halfway)).toEqual([160 + CELL, 120 + CELL + EDGE]);
});

test("a column of long text takes the remaining room, which may be less in print", () => {
  const payloads = [{ text: "x".repeat(50), state: "ok" }];
  const { columns } = laid([["text"], ["state", { format: "chip" }]], payloads);
  expect(columns[1]?.widthPx).toBe(50 + CHIP + CELL + EDGE);
  expect(columns[0]).toMatchObject({ column: { field: "text" }, widthPx: undefined });
});

test("an end-aligned column doesn't take the remaining room, however wide it is", () => {
  const payloads = [{ hash: "f".repeat(50), name: "Ana" }];
  const { columns } = laid([["hash", { align: "end" }], ["name"]], payloads);
  expect(columns[0]).toMatchObject({ widthPx: 500 + CELL + 7 * 16, paddingPx: (CELL + 7 * 16) / 2 });
});

test("without long texts, columns move apart, and the rest of the room is after the last one", () => {
  const [name, load] = laid([["name"], ["load", { format: "number" }]], ANA).columns;
  const apart = 7 * 16;
  expect(name).toMatchObject({ widthPx: 90 + CELL + apart, paddingPx: undefined });
  const rest = 1000 - TIME - (90 + CELL + apart) - (40 + CELL + apart);
  expect(load).toMatchObject({ widthPx: 40 + CELL + apart + rest, paddingPx: (CELL + apart) / 2 + rest });
});

test("numbers have spare room on both sides, also in a table with long texts", () => {
  const payloads = [{ load: 7, text: "x".repeat(60) }];
  const [load] = laid([["load", { align: "end" }], ["text"]], payloads).columns;
  expect(load).toMatchObject({ widthPx: 40 + CELL, paddingPx: CELL / 2 });
});

test("columns never become narrower while their texts take the same number of lines, whatever the room", () => {
  const widths = new Widths();
  const [columns, wide, narrow] = [named([["name"]]), { name: "x".repeat(30) }, { name: "x" }];
  const before = widths.of(columns, rowsOf([wide]), ROOM);
  expect(widths.of(columns, rowsOf([narrow]), { ...ROOM, insidePx: 900 })).toEqual(before);
  expect(widths.of(columns, rowsOf([narrow]), { ...ROOM, isNarrow: true })).not.toEqual(before);
});

test("a column with a `width` is that many digits wide", () => {
  expect(leastOf([["name", { width: 7 }]], ANA)).toEqual([70 + CELL + EDGE]);
});

test("a long fraction is measured by its first digits, and never wraps", () => {
  const payload = { cpu: 49.674847803385845, id: 1234567890123 };
  const columns: readonly Column[] = [
    ["cpu", { align: "end" }],
    ["id", { align: "end" }],
  ];
  expect(leastOf(columns, [payload])).toEqual([80 + CELL, 130 + CELL + EDGE]);
});

test("a text that ends like a fraction is measured completely", () => {
  const payload = { device: "devices.352099001761481", name: "Ana" };
  const insidePx = TIME + 230 + 40 + 2 * CELL + EDGE;
  expect(widthsOf(laid([["device"], ["name"]], [payload], { insidePx }))).toEqual([
    230 + CELL,
    40 + CELL + EDGE,
  ]);
});

test("bold texts are measured in bold", () => {
  const columns: readonly Column[] = [
    ["state", { format: "chip" }],
    ["load", { format: "number", tones: [{ when: ">0", tone: "bad" }] }],
    ["sum", { format: "number" }],
  ];
  const payloads = [{ state: "FAILED", load: 123456, sum: 123456 }];
  const { columns: laidOut } = laid(columns, payloads, { insidePx: 1, boldCharacterWidth: () => 11 });
  expect(laidOut.map(({ widthPx }) => widthPx)).toEqual([66 + CHIP + CELL, 77 + CELL, 70 + CELL + EDGE]);
});

test("a heading longer than any column keeps its table as wide as its room", () => {
  const columns: readonly Column[] = [["x".repeat(80)], ["name"]];
  const insidePx = TIME + 600 + 90 + 2 * CELL + EDGE;
  expect(sumOf(laid(columns, ANA, { insidePx }))).toBeCloseTo(insidePx);
});

test.each<[string | number, string | number, Partial<ShownColumn>]>([
  [97, 1_234_567, { format: "number" }],
  ["9.50", "1234567.00", { align: "end" }],
  ["12s", "1h12m32.5s", { format: "duration" }],
  ["ok", "deployment.rolled_back", { format: "chip" }],
])("a rare value that would be another if it were cut has room: beside %s, %s", (usual, rare, look) => {
  const payloads = [...Array<string | number>(19).fill(usual), rare].map((value) => ({ value }));
  const [value] = laid([["value", look]], payloads, { insidePx: 500 }).columns;
  expect(value?.widthPx).toBeGreaterThanOrEqual(10 * String(rare).length);
});

test("a chip shrinks only as far as it can be read; in two lines it is complete", () => {
  const chip: Column = ["state", { format: "chip" }];
  expect(leastOf([chip], [{ state: "deployment.rolled_back" }])).toEqual([120 + CHIP + CELL + EDGE]);
  const [narrow = 0] = leastOf([chip], [{ state: "manual-review-required" }], true);
  expect(narrow).toBeGreaterThan(220 / 2);
  expect(narrow).toBeLessThan(220);
});

test("a time always has room, in one line or in two", () => {
  const at: Column = ["at", { format: "time" }];
  const payloads = [{ at: "2026-11-25T20:57:44.123Z" }];
  const [inOne = 0] = leastOf([at], payloads);
  const [inTwo = 0] = leastOf([at], payloads, true);
  expect(inOne).toBeGreaterThan(200);
  expect(inTwo).toBeGreaterThan(inOne / 2);
  expect(inTwo).toBeLessThan(inOne);
});

/** Each column needs 100 pixels. */
const found = (field: string, rank?: number): Column => [
  field,
  { width: 8.2, ...(rank === undefined ? {} : { rank }) },
];
const shownIn = (forColumns: number, columns: readonly Column[], last: "trace" | null = null) =>
  fieldsOf(laid(columns, [], { insidePx: TIME + forColumns + EDGE }, last));

test("found columns of the lowest ranks are kept, in their order, as many as there is room for", () => {
  const columns = [found("id", 1), found("nested", 90), found("amount", 30), found("status", 2)];
  expect(shownIn(400, columns)).toEqual(["id", "nested", "amount", "status"]);
  expect(shownIn(399, columns)).toEqual(["id", "amount", "status"]);
  expect(shownIn(LAST + 299, columns, "trace")).toEqual(["id", "status"]);
  expect(shownIn(10, columns)).toEqual(["id"]);
});

test("where a wide found column has no room, a narrow one of a higher rank may have", () => {
  const text: Column = ["text", { rank: 1, width: 48 }];
  const columns = [found("id", 0.5), text, found("amount", 30), found("more", 40)];
  expect(shownIn(399, columns)).toEqual(["id", "amount", "more"]);
  expect(shownIn(299, columns)).toEqual(["id", "amount"]);
  expect(shownIn(700, columns)).toEqual(["id", "text", "amount"]);
});

test("chosen columns are never left out", () => {
  expect(shownIn(10, [found("one"), found("two"), found("found", 7)])).toEqual(["one", "two"]);
});
