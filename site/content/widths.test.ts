import { expect, test } from "vitest";
import { en } from "../i18n/en.ts";
import { ptBR } from "../i18n/pt-br.ts";
import { type WidthRules, widthOf } from "./widths.ts";

const RULES: WidthRules = { characterWidth: () => 1, lines: 1, isUnbroken: false, isExact: false };
const widthBy = (rules: Partial<WidthRules>, heading: string, texts: readonly string[]) =>
  widthOf(heading, texts, { ...RULES, ...rules });

test("nearly all texts fit into a column, and its heading always does", () => {
  const wholeOf = (heading: string, texts: readonly string[]) => widthBy({}, heading, texts).whole;
  expect(wholeOf("Id", ["abcdef", "abcde"])).toBe(6);
  expect(wholeOf("A long heading", ["x"])).toBe(14);
  expect(wholeOf("Id", [...Array<string>(20).fill("task-1234"), "x".repeat(500)])).toBe(9);
  expect(wholeOf("Text", ["x".repeat(500)])).toBe(60);
  expect(wholeOf("", [])).toBe(4);
});

test("a rare short name fits: cut, it looks like another", () => {
  const devices = [...Array<string>(39).fill("dev-1"), "gateway"];
  expect(widthBy({}, "Id", devices)).toEqual({ whole: 7, least: 7 });
  expect(widthBy({ lines: 2 }, "Id", devices)).toEqual({ whole: 7, least: 7 });
});

test("each character has its own width", () => {
  const characterWidth = (character: string) => (character === "W" ? 15 : 10);
  expect(widthBy({ characterWidth }, "Id", ["WWWWWWa"]).whole).toBe(100);
  expect(widthBy({ characterWidth }, "", []).whole).toBe(40);
});

test.each([en, ptBR])(
  "the text for a missing value fits into the narrowest column: $noValue",
  ({ noValue }) => {
    expect(widthBy({}, "", [noValue])).toEqual(widthBy({}, "", []));
  },
);

test("a short word always fits in one line; a long one may wrap", () => {
  const leastOf = (rare: string) =>
    widthBy({ lines: 2 }, "Id", [...Array<string>(40).fill("ana"), rare]).least;
  expect(leastOf("enedino")).toBe(7);
  expect(leastOf("idempotently")).toBe(12);
  expect(leastOf("x".repeat(13))).toBe(4);
});

test("a short status fits in one line, a long one in two", () => {
  const leastOf = (...states: string[]) => widthBy({ lines: 2, isExact: true }, "State", states).least;
  expect(leastOf("queued", "in_progress")).toBe(11);
  expect(leastOf("queued", "REVIEW-REQUIRED")).toBe(8);
});

test.each([
  ["Type", "sparc_summarize", 9],
  ["At", "Nov 25, 2026, 20:57:44", 5],
  ["Temperature", "7 °C", 11],
  ["Temperature of the boiler", "7 °C", 12],
  ["Id", "9223372036854775801", 19],
  ["Payload", "x".repeat(300), 20],
  ["Model", "m", 5],
])("a column %s of %s with two lines breaks no word", (heading, text, least) => {
  expect(widthBy({ lines: 2 }, heading, [text]).least).toBe(least);
});

test("with too little room, the longest word or the beginning of a line still fits", () => {
  const names = ["Maximiliana von Hohenstein"];
  expect(widthBy({}, "Name", names)).toEqual({ whole: 26, least: 12 });
  expect(widthBy({ lines: 2 }, "Name", names)).toEqual({ whole: 26, least: 11 });
});

test("a text that must not be cut fits completely, in two lines or in one", () => {
  const times = ["Nov 25, 2026, 20:57:44"];
  expect(widthBy({ lines: 2, isExact: true }, "At", times)).toEqual({ whole: 22, least: 14 });
  const states = ["MANUAL-REVIEW-REQUIRED", "ok"];
  expect(widthBy({ lines: 2, isExact: true }, "State", states)).toEqual({ whole: 22, least: 14 });
  expect(widthBy({ lines: 2, isUnbroken: true }, "At", times)).toEqual({ whole: 22, least: 22 });
});

test("a rare long number fits, while a rare long text doesn't widen the column", () => {
  const usual = Array<string>(19).fill("97");
  const wholeOf = (rare: string) => widthBy({ isExact: true }, "Sum", [...usual, rare]).whole;
  expect(wholeOf("1234567.00")).toBe(10);
  expect(wholeOf("sensor disconnected, last reading is stale, retrying in 30 s")).toBe(4);
  const ids = Array<string>(5).fill("x".repeat(36));
  expect(widthBy({ isExact: true }, "Id", ids).whole).toBe(36);
});
