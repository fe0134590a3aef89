import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "./exact-json.ts";
import { jsonValues } from "./testing.ts";
import { ExactNumber, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

const written = (text: string) => writeJson(parseJson(text)).text;

test.each([
  '{"id":9007199254740993}',
  "[9007199254740992,9007199254740993]",
  "[9223372036854775801,9223372036854775802,-9223372036854775808]",
  '{"price":1.10,"zero":1.0,"none":0.00}',
  "[1e400,-1e400,1e-400,1E5,1e+2,2.50e3]",
  "[-0,0,-0.0,-0.5]",
  "[0.0000001,0.1234567890123456789,123456789012345.678]",
  "-0",
  "1.10",
  "18446744073709551616",
  '{"deep":[{"a":[1.10]}],"text":"1.10, -0]","escaped":"\\\\\\" 1.10,"}',
  '{"__proto__":{"price":1.10}}',
  "[null,true,false,1.10]",
])("%s keeps its digits", (text) => {
  expect(written(text)).toBe(text);
});

test.each(["[1.5,2,-3]", '{"at":"2026-11-25T18:00:00.120Z","id":"4f2a9c1e-0"}', "42", "true", '"1.10"'])(
  "%s is read as JSON.parse reads it",
  (text) => expect(parseJson(text)).toEqual(JSON.parse(text)),
);

test("Python's NaN and Infinity are numbers, and a text that looks like them stays a text", () => {
  const text = '{"loss": NaN, "lr": [Infinity, -Infinity], "id": 9007199254740993, "note": "x, NaN, y"}';
  expect(parseJson(text)).toEqual({
    loss: Number.NaN,
    lr: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    id: new ExactNumber("9007199254740993"),
    note: "x, NaN, y",
  });
});

test("of a repeated name the last value counts, as for JSON.parse", () => {
  expect(parseJson('{"a":1,"a":1.10}')).toEqual({ a: new ExactNumber("1.10") });
});

test("a field named __proto__ is an ordinary field, and changes no prototype", () => {
  const value = parseJson('{"__proto__":{"x":1.10}}') as { x?: unknown };
  expect(value.x).toBeUndefined();
  expect(Object.keys(value)).toEqual(["__proto__"]);
});

const NONE = ["", "{", "[1.10", "1.10.2", "01", "[-0", "nul", "[1.10,]", "NaN", "[NaN", "[1 NaN]", "{NaN:1}"];
test.each(NONE)("%s isn't JSON", (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test("reads 20,000 nested levels", () => {
  const deep = `${"[".repeat(20_000)}{"0":1.10}${"]".repeat(20_000)}`;
  expect(written(deep)).toBe(deep);
});

test("text that only looks like changed digits is read faster than text with such digits", () => {
  const rest = `"9223372036854775807",${Array(20_000).fill("[]").join(",")}]`;
  const texts = [`[1.10,${rest}`, `[1,${rest}`];
  // The shortest time counts, since other processes can only delay a read.
  const best = texts.map(() => Number.POSITIVE_INFINITY);
  for (let time = 0; time < 10; time += 1) {
    texts.forEach((text, index) => {
      const begin = performance.now();
      parseJson(text);
      best[index] = Math.min(best[index] ?? 0, performance.now() - begin);
    });
  }
  const [changed = 0, suspect = 0] = best;
  expect(suspect).toBeLessThan(changed / 2);
});

test("reads 500 levels around 50,000 zeros", () => {
  const zeros = `${"[".repeat(500)}${Array(50_000).fill("0").join(",")}${"]".repeat(500)}`;
  expect(written(zeros)).toBe(zeros);
});

/** Any spelling of a JSON number. */
const numberText = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 25n }).map(String), fc.nat(99).map(String)),
    fc.constantFrom("", ".0", ".5", ".10", ".00000001", ".12345678901234567890"),
    fc.constantFrom("", "e5", "E-7", "e+400", "e0"),
  )
  .map((parts) => parts.join(""));
const jsonText = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    numberText,
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom("null", "true", "false"),
    fc.array(tie("any"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), tie("any")), {
        maxLength: 4,
        selector: ([name]) => name,
      })
      .map((fields) => `{${fields.map(([name, value]) => `"${name}":${value}`).join(",")}}`),
  ),
})).any;

test("in any JSON, numbers keep their digits and texts their characters", () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      expect(written(text)).toBe(text);
    }),
    { numRuns: 200 },
  );
});

test("whitespace anywhere changes nothing", () => {
  fc.assert(
    fc.property(jsonValues, (value) => {
      const text = JSON.stringify({ exact: 1, value }, null, 3).replace('"exact": 1', '"exact": \t1.10\r\n ');
      const read = parseJson(text) as { [field: string]: Value };
      expect(read.exact).toEqual(new ExactNumber("1.10"));
      expect(JSON.parse(writeJson(read).text)).toEqual(JSON.parse(text));
    }),
  );
});
