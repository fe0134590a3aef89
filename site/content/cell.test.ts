import { describe, expect, test } from "vitest";
import { formatsFor } from "../i18n/format.ts";
import { type Cell, cellsOf } from "./cell.ts";
import { parseJson } from "./exact-json.ts";
import { ExactNumber, type Value } from "./value.ts";

type Column = Parameters<typeof cellsOf>[0];
const cellOf = (value: Value | undefined, column: Column = {}, language = "en"): Cell =>
  cellsOf(column, formatsFor(language), language)(value);
const textOf = (value: Value | undefined, column: Column = {}, language = "en") =>
  cellOf(value, column, language).text.replaceAll("\u00a0", " ");

describe("without a format", () => {
  test("missing, null and empty text are distinct", () => {
    expect([undefined, null, ""].map((value) => cellOf(value).kind)).toEqual(["missing", "null", "empty"]);
    for (const format of ["number", "chip", "time", "link", "json"] as const) {
      expect([undefined, null, ""].map((value) => cellOf(value, { format }).kind)).toEqual([
        "missing",
        "null",
        "empty",
      ]);
    }
  });

  test.each([
    ["9007199254740993", "number"],
    ["1.10", "number"],
    ["1e400", "number"],
    ["-0", "number"],
    ["0.5", "number"],
    ["true", "boolean"],
    ['{"a":[1.10,null]}', "json"],
  ])("%s keeps its digits and text", (text, kind) => {
    expect(cellOf(parseJson(text))).toMatchObject({ text, kind, whole: null });
  });

  test("long values, and those nested deeper than the call stack, are cut", () => {
    expect(cellOf("x".repeat(1_000_000)).text).toHaveLength(301);
    const deep = parseJson(`${"[".repeat(20_000)}{"0":1}${"]".repeat(20_000)}`);
    expect(cellOf(deep)).toMatchObject({ kind: "json", text: `${"[".repeat(300)}…` });
    expect(cellOf("😀".repeat(1000)).text).not.toMatch(/\p{Surrogate}/u);
  });

  test("colour codes of a log line are removed from the text but kept in `whole`", () => {
    const came = "\x1b[1;31mERROR\x1b[0m [api] 12m";
    expect(cellOf(came)).toMatchObject({ text: "ERROR [api] 12m", whole: came });
  });

  test("other terminal codes, which erase or move the cursor, are removed too", () => {
    expect(cellOf("\x1b[2K\x1b[1G\x1b[?25l✔ built\x1b(B\x1b[m\x1b[K").text).toBe("✔ built");
  });

  test("terminal codes take no room, and none is left where a line is cut", () => {
    const letters = "the quick brown fox jumps over the lazy dog".repeat(3);
    const coloured = [...letters].map((letter) => `\x1b[38;5;100m${letter}`).join("");
    expect(cellOf(`${coloured}\x1b[0m`).text).toBe(letters);
    expect(cellOf(`${"x".repeat(297)}\x1b[31mERROR\x1b[0m`).text).toBe(`${"x".repeat(297)}ERR…`);
    const long = cellOf(coloured.repeat(2)).text;
    expect(long).toMatch(/^the [a-z ]+…$/);
    expect(cellOf("\x1b[0m")).toMatchObject({ kind: "empty", text: "", whole: "\x1b[0m" });
    expect(cellOf("\x1b[0m", { format: "chip" }).kind).toBe("empty");
    expect(cellOf("\x1b[31mERROR\x1b[0m", { format: "chip" })).toMatchObject({ text: "ERROR", tone: "bad" });
  });

  test("bytes are shown as their media type and size", () => {
    expect(textOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0))).toBe("image/png, 9 B");
    expect(textOf(new Uint8Array(1500))).toBe("1.5 kB");
  });
});

describe("formats", () => {
  const FAHRENHEIT: Column = { format: "number", digits: 1, unit: "°F" };

  test.each<[Column, Value, string, string]>([
    [{ format: "number" }, 1234.5, "en", "1,234.5"],
    [{ format: "number" }, 1234.5, "pt-BR", "1.234,5"],
    [{ format: "number" }, new ExactNumber("9223372036854775801"), "en", "9,223,372,036,854,775,801"],
    [{ format: "number" }, new ExactNumber("1.10"), "pt-BR", "1,10"],
    [{ format: "number" }, new ExactNumber("-0"), "en", "-0"],
    [{ format: "number" }, new ExactNumber("1e400"), "en", "1e400"],
    [{ format: "number", digits: 2 }, 3, "en", "3.00"],
    [FAHRENHEIT, 98.65, "en", "98.7 °F"],
    [{ format: "number" }, "12.50", "en", "12.50"],
    [{ format: "number" }, "many", "en", "many"],
    [{ format: "bytes" }, 999, "en", "999 B"],
    [{ format: "bytes" }, 1_234_567, "en", "1.2 MB"],
    [{ format: "bytes" }, 17_179_869_184, "pt-BR", "17,2 GB"],
    [{ format: "bytes" }, 4e12, "en", "4,000 GB"],
    [{ format: "bytes" }, -1, "en", "-1"],
    [{ format: "bytes" }, "many", "en", "many"],
    [{ format: "duration" }, 0, "en", "0 ms"],
    [{ format: "chip" }, [1], "en", "[1]"],
    [{ format: "duration" }, 1500, "en", "1.5 s"],
    [{ format: "duration", unit: "s" }, 90, "en", "1 min 30 s"],
    [{ format: "duration", unit: "µs" }, 250, "en", "250 µs"],
    [{ format: "duration", unit: "ns" }, 40, "en", "40 ns"],
    [{ format: "duration" }, -1500, "en", "−1.5 s"],
    [{ format: "duration", unit: "ns" }, "1234567890", "en", "1.2 s"],
    [{ format: "duration" }, "PT1M3.5S", "en", "PT1M3.5S"],
    [{ format: "bytes" }, "1234567", "en", "1.2 MB"],
    [{ format: "time" }, "12.30", "en", "12.30"],
    [{ format: "time", unit: "s" }, "1e3", "en", "1e3"],
    [{ format: "json" }, "text", "en", '"text"'],
    [{ format: "text" }, "text", "en", "text"],
  ])("%j of %j", (column, value, language, text) => {
    expect(textOf(value, column, language)).toBe(text);
  });

  test("a formatted value keeps the value as it arrived", () => {
    expect(cellOf(1234.5, { format: "number" }, "pt-BR")).toMatchObject({ text: "1.234,5", whole: "1234.5" });
    expect(cellOf(12, { format: "number" }).whole).toBeNull();
  });

  const MOMENT = Date.UTC(2026, 10, 25, 18, 0, 0, 123);
  test.each<[Value, string | undefined]>([
    ["2026-11-25T18:00:00.123Z", undefined],
    ["2026-11-25 19:00:00.123456+01:00", undefined],
    [MOMENT, undefined],
    [MOMENT / 1000, undefined],
    [MOMENT / 1000, "s"],
    [MOMENT, "ms"],
    [MOMENT * 1000 + 456, "us"],
    [MOMENT * 1000 + 456, "µs"],
    [MOMENT * 1000 + 456, undefined],
    [new ExactNumber(`${MOMENT}456789`), "ns"],
    [new ExactNumber(`${MOMENT}456789`), undefined],
    [new ExactNumber(`${MOMENT}999000`), "ns"],
    [`${MOMENT}`, "ms"],
    [`${MOMENT / 1000}`, "s"],
  ])("a time is read from %j in %s", (value, unit) => {
    const column: Column = unit === undefined ? { format: "time" } : { format: "time", unit };
    expect(cellOf(value, column)).toMatchObject({ kind: "time", text: formatsFor("en").dateTime(MOMENT) });
  });

  test.each<Value>([
    "soon",
    "7 days",
    "2024-05-17",
    "-002024-05-17",
    true,
    new ExactNumber("1e400"),
    "9".repeat(40),
    { at: 1 },
  ])("%j is no time, and shown as it arrived", (value) => {
    expect(cellOf(value, { format: "time" })).toEqual(cellOf(value));
  });

  test("any word can be a chip, whether its tone is known or not", () => {
    const chips = ["Completed", "queued", "shipped to Mars", "ERROR", "Canceled", "cancelled"].map((word) =>
      cellOf(word, { format: "chip" }),
    );
    expect(chips.map(({ kind, tone }) => [kind, tone])).toEqual([
      ["chip", "good"],
      ["chip", "neutral"],
      ["chip", "neutral"],
      ["chip", "bad"],
      ["chip", "bad"],
      ["chip", "bad"],
    ]);
  });

  test.each(["javascript:alert(1)", "ftp://a", "/path", "https://", "data:text/html,x", " https://a"])(
    "%s is no link",
    (text) => expect(cellOf(text, { format: "link" })).toMatchObject({ kind: "text", href: null }),
  );

  test("a link leads to its text", () => {
    const href = "https://example.org/a?b=1";
    expect(cellOf(href, { format: "link" })).toMatchObject({ kind: "link", text: href, href });
  });
});

test("the first rule that holds decides the tone, in any format", () => {
  const tones = [
    { when: ">80", tone: "bad" },
    { when: ">60", tone: "warn" },
    { when: "failed", tone: "active" },
  ] as const;
  const toneOf = (value: Value, column: Column = {}) => cellOf(value, { ...column, tones }).tone;
  expect([81, 80, 60, new ExactNumber("80.10"), "95", "failed", "hot"].map((value) => toneOf(value))).toEqual(
    ["bad", "warn", null, "bad", "bad", "active", null],
  );
  expect(toneOf([81])).toBeNull();
  expect(
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map((value) => toneOf(value)),
  ).toEqual(["bad", null, null]);
  expect(toneOf(81, { format: "number", unit: "°C" })).toBe("bad");
  expect(toneOf("failed", { format: "chip" })).toBe("active");
  expect(toneOf("error", { format: "chip" })).toBe("bad");
});
