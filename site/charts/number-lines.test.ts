import { expect, test } from "vitest";
import type { FeedColumn } from "../../contract/column.ts";
import { NumberSeries } from "../content/series.ts";
import { eventOf } from "../content/testing.ts";
import { formatsFor } from "../i18n/format.ts";
import { sheetsEn } from "../i18n/sheets-en.ts";
import { sheetsPtBR } from "../i18n/sheets-pt-br.ts";
import { largeNumbers, numberFormatter, shownLines } from "./number-lines.ts";

const column = (field: string, more: Partial<FeedColumn> = {}): FeedColumn => ({
  field,
  title: { en: field.toUpperCase(), "pt-BR": field },
  ...more,
});
const columnsOf = (...columns: readonly FeedColumn[]) => new Map(columns.map((one) => [one.field, one]));
const seriesOf = (key: string | null, fields: readonly string[], ...payloads: readonly object[]) => {
  const series = new NumberSeries(fields, key);
  for (const payload of payloads) series.note(eventOf(JSON.stringify(payload)));
  return series;
};

test("a text column beside the only numeric one changes neither its unit nor its labels", () => {
  const columns = columnsOf(column("t", { unit: "°C", format: "number", digits: 1 }), column("room"));
  const series = seriesOf(
    "id",
    ["t", "room"],
    { id: "a", t: 1013.7, room: "x" },
    { id: "b", t: 2, room: "y" },
  );
  const { lines, common, labelOf, hidden } = shownLines(series, columns, "en");
  expect([lines.map(labelOf), common?.field, hidden]).toEqual([["a", "b"], "t", 0]);
  expect(numberFormatter(common, formatsFor("en"), "en")(1013.7)).toBe("1,013.7\u00a0°C");
});

test("with two fields, labels have key and field, and there is no common unit", () => {
  const columns = columnsOf(column("t"), column("w"));
  const { lines, common, labelOf } = shownLines(
    seriesOf("id", ["t", "w"], { id: "a", t: 1, w: 2 }),
    columns,
    "en",
  );
  expect([lines.map(labelOf), common]).toEqual([["a T", "a W"], undefined]);
});

test("a long key is shortened in its label, which keeps its end, and complete in its tooltip", () => {
  const keyOf = (name: string) => `arn:aws:ecs:eu-central-1:123456789012:service/production-cluster/${name}`;
  const keys = ["checkout", "payments"].map(keyOf);
  const arns = seriesOf("id", ["t"], ...keys.map((id) => ({ id, t: 1 })));
  const shown = shownLines(arns, new Map(), "en");
  const [checkout = "", payments = ""] = shown.lines.map(shown.labelOf);
  expect([checkout.slice(-9), payments.slice(-9), checkout.length]).toEqual(["/checkout", "/payments", 61]);
  expect(shown.lines.map(shown.titleOf)).toEqual(keys);
  const { lines, labelOf } = shownLines(seriesOf("id", ["t"], { id: "x".repeat(61), t: 1 }), new Map(), "en");
  expect(lines.map(labelOf)).toEqual([`${"x".repeat(30)}…${"x".repeat(30)}`]);
});

test("says how many lines aren't shown", () => {
  const payloads = Array.from({ length: 20 }, (_, id) => ({ id, t: 1 }));
  const { lines, hidden, isCut } = shownLines(
    seriesOf("id", ["t"], ...payloads),
    columnsOf(column("t")),
    "en",
  );
  expect([lines.length, hidden, isCut]).toEqual([16, 4, false]);
  const count = formatsFor("en").count(4);
  const written = (isCut: boolean) => [sheetsEn, sheetsPtBR].map((s) => s.numbersMore(count, isCut));
  expect(written(false)).toEqual(["4 more not shown", "Mais 4 não aparecem"]);
  expect(written(true)).toEqual(["At least 4 more not shown", "Pelo menos mais 4 não aparecem"]);
});

test.each([
  [{ digits: 3 }, 99.98765, "99.988"],
  [{ digits: 2 }, 123456.789, "123,456.79"],
  [{}, 123456.789, "123,457"],
  [{}, 99.98765, "99.99"],
])("with %j %d is written as %s", (more, value, text) => {
  expect(numberFormatter(column("t", more), formatsFor("en"), "en")(value)).toBe(text);
});

test.each([
  [{}, "0.9999118340", "0.9999", "0.9999118340"],
  [{}, "-165000000", "-165,000,000", "-165000000"],
  [{}, "12345678901234567890", "12,345,678,901,234,567,890", "12345678901234567890"],
  [{}, "6.082264e-10", "6.082e-10", "6.082264e-10"],
  [{}, "21.5", "21.5", null],
  [{ unit: "W" }, "1234.56", "1,235\u00a0W", "1234.56"],
  [{ format: "number" as const }, "21.123456", "21.123456", null],
  [{ digits: 1, format: "number" as const }, "21.123456", "21.1", "21.123456"],
  [{ format: "bytes" as const }, "1500", "1.5\u00a0kB", "1500"],
])("with %j, %s is shown large as %s", (more, value, text, whole) => {
  const series = new NumberSeries(["t"], null);
  series.note(eventOf(`{"t":${value}}`));
  const [line] = series.lines;
  if (line === undefined) throw new Error("no line");
  expect(largeNumbers(column("t", more), formatsFor("en"), "en")(line.latest)).toMatchObject({ text, whole });
});
