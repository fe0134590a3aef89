import { expect, test } from "vitest";
import { en } from "../i18n/en.ts";
import { ptBR } from "../i18n/pt-br.ts";
import { widthOf } from "./widths.ts";

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
  ["Temperature", "7 °C", 10.5],
  ["Temperature of the boiler", "7 °C", 12],
  ["Id", "9223372036854775801", 19],
  ["Payload", "x".repeat(300), 20],
  ["Model", "m", 5.5],
])("a column %s of %s that may take two lines breaks no word", (heading, text, least) => {
  expect(widthOf(heading, [text]).twoLines).toBeCloseTo(least);
});

test("where there is too little room, a column keeps its longest word, or a beginning of one line", () => {
  const name = "Maximiliana von Hohenstein";
  expect(widthOf("Name", [name])).toEqual({ whole: 24, oneLine: 12, twoLines: 10.5 });
});
