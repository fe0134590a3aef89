import { expect, test } from "vitest";
import { parseJson } from "./exact-json.ts";
import { ExactNumber, type Value } from "./value.ts";
import { shortenedKey, wholeCharacters, writeJson } from "./write-json.ts";

test.each<Value>([null, true, 'a "b" \\ \n', 7, [], {}, [1, [2, {}]], { a: { b: [null, "x"] }, c: 0.5 }])(
  "writes what JSON.stringify writes: %j",
  (value) => {
    expect(writeJson(value)).toEqual({ text: JSON.stringify(value), isCut: false });
    expect(writeJson(value, { indent: 2 }).text).toBe(JSON.stringify(value, null, 2));
  },
);

test("writes exact digits, bytes, NaN and Infinity, which JSON.stringify can't", () => {
  const value = [new ExactNumber("1.10"), Uint8Array.of(1, 2, 3), Number.NaN, -0];
  expect(writeJson(value).text).toBe('[1.10,"AQID","NaN",-0]');
});

test("a long value is cut without being written completely", () => {
  const value = { list: Array<Value>(100_000).fill("0123456789") };
  const { text, isCut } = writeJson(value, { maxCharacters: 20 });
  expect({ text, isCut }).toEqual({ text: '{"list":["0123456789', isCut: true });
  expect(writeJson("x".repeat(1_000_000), { maxCharacters: 5 })).toEqual({ text: '"xxxx', isCut: true });
  expect(writeJson(new Uint8Array(1_000_000), { maxCharacters: 5 })).toEqual({ text: '"AAAA', isCut: true });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  "cut to %i characters, the text is the beginning of the whole one",
  (most) => {
    const value: Value = ["abc", "😀😀", { a: 1 }];
    const whole = JSON.stringify(value);
    const { text } = writeJson(value, { maxCharacters: most });
    expect(whole.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThanOrEqual(most - 1);
    expect(text).not.toMatch(/\p{Surrogate}/u);
  },
);

test("is never cut within a character", () => {
  expect(shortenedKey("a😀b😀c", 4)).toBe("a…c");
  expect(shortenedKey("order-1", 7)).toBe("order-1");
  expect(wholeCharacters("a😀b", 2)).toBe("a");
  expect(wholeCharacters("a😀b", 3)).toBe("a😀");
});

test("20,000 nested levels are written with bounded indentation", () => {
  const depth = 20_000;
  const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(writeJson(parseJson(deep)).text).toBe(deep);
  const zeros = `${"[".repeat(500)}${Array(20_000).fill("0").join(",")}${"]".repeat(500)}`;
  const { text } = writeJson(parseJson(zeros), { indent: 2 });
  expect(text.length).toBeLessThan(50 * zeros.length);
  expect(JSON.parse(text)).toEqual(JSON.parse(zeros));
});
