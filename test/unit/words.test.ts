/** Forbidden words in names: they made readers guess, where NATS or HTTP has a term. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "vite";
import { expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";
import { repositoryFiles, textOf, withoutComments } from "../support/tools/texts.ts";

/** Forbidden as a name or part of one, in singular and plural: `strike`, `Strikes`, `serverEars`, `EARS`, but not `years`. */
const WORDS = "ears tap holding valve desk strike knock stranger mend wishes crew".split(" ");
/** Forbidden only as whole names. */
const WHOLE = "Side GoOn meet told said".split(" ");

/** Splits a name into words: `sharedHistory` into `shared` and `history`. */
const partsOf = (name: string): readonly string[] =>
  name.split(/(?<=[a-z\d])(?=[A-Z])|_|(?<=[A-Z])(?=[A-Z][a-z])/).map((part) => part.toLowerCase());

const isWord = (part: string): boolean => WORDS.includes(part) || WORDS.includes(part.replace(/s$/, ""));

const isForbidden = (name: string): boolean => WHOLE.includes(name) || partsOf(name).some(isWord);

const sources = repositoryFiles().filter((path) => /\.tsx?$/.test(path) && existsSync(join(ROOT, path)));

/** All identifiers in a file: values, types, members and parameters, private ones too. */
function namesIn(path: string, code = textOf(path)): ReadonlySet<string> {
  const names = new Set<string>();
  new Visitor({
    Identifier: ({ name }) => void names.add(name),
    PrivateIdentifier: ({ name }) => void names.add(name),
    JSXIdentifier: ({ name }) => void names.add(name),
  }).visit(parseSync(path, code).program);
  return names;
}

/** The words outside a file's strings and comments, roughly. A quick filter, because parsing every file takes seconds. */
const wordsOf = (path: string): readonly string[] =>
  withoutComments(textOf(path).replace(/"(?:[^"\\\n]|\\.)*"/g, '""')).match(/[\w$]+/g) ?? [];

test("no identifier contains a forbidden word", () => {
  const found = sources
    .filter((path) => wordsOf(path).some(isForbidden))
    .flatMap((path) => [...namesIn(path)].filter(isForbidden).map((name) => `${path}: ${name}`));
  expect(found).toEqual([]);
});

test.each([
  "interface Cause { strike(): void }",
  "const cause = { strike: 1 };",
  "function hit({ strike }: Cause) {}",
  "class Cause { readonly #strike = 1; }",
  "const cause = <Cause strike />;",
  "type Causes = RealStrike[];",
])("finds the forbidden name in %s", (code) => {
  expect([...namesIn("a.tsx", code)].filter(isForbidden)).toHaveLength(1);
});

test("ignores strings and comments", () => {
  expect([...namesIn("a.ts", 'const text = "strike"; // strike')]).toEqual(["text"]);
});

test("no file name contains a forbidden word", () => {
  const found = sources.filter((path) => /[^/]+$/.exec(path)?.[0].split(/[.-]/).some(isWord));
  expect(found).toEqual([]);
});

test.each([
  ["Ears", true],
  ["serverEars", true],
  ["STRANGER", true],
  ["RealStrikes", true],
  ["said", true],
  ["years", false],
  ["unsaid", false],
  ["desktop", false],
])("%s is forbidden: %s", (name, expected) => {
  expect(isForbidden(name)).toBe(expected);
});
