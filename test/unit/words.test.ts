/** Words that made readers guess, where NATS or HTTP has a name for the thing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "vite";
import { expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";
import { repositoryFiles, textOf, withoutComments } from "../support/tools/texts.ts";

/** As a name, or a part of one, more of them too: `strike`, `Strikes`, `serverEars`, `EARS`; `years` is another word. */
const WORDS = "ears tap holding valve desk strike knock stranger mend wishes crew".split(" ");
/** Words that are harmless inside others, and only confused as whole names of types or values. */
const WHOLE = "Side GoOn meet told said".split(" ");

/** `sharedHistory` is `shared`, `History`. */
const partsOf = (name: string): readonly string[] =>
  name.split(/(?<=[a-z\d])(?=[A-Z])|_|(?<=[A-Z])(?=[A-Z][a-z])/).map((part) => part.toLowerCase());

const isWord = (part: string): boolean => WORDS.includes(part) || WORDS.includes(part.replace(/s$/, ""));

const isForbidden = (name: string): boolean => WHOLE.includes(name) || partsOf(name).some(isWord);

const sources = repositoryFiles().filter((path) => /\.tsx?$/.test(path) && existsSync(join(ROOT, path)));

/** Every name in a file's code: values, types, members, parameters; `#` before it or not. Texts aren't names. */
function namesIn(path: string, code = textOf(path)): ReadonlySet<string> {
  const names = new Set<string>();
  new Visitor({
    Identifier: ({ name }) => void names.add(name),
    PrivateIdentifier: ({ name }) => void names.add(name),
    JSXIdentifier: ({ name }) => void names.add(name),
  }).visit(parseSync(path, code).program);
  return names;
}

/** The words of a file outside its texts and comments, roughly: to read the code of every file takes seconds. */
const wordsOf = (path: string): readonly string[] =>
  withoutComments(textOf(path).replace(/"(?:[^"\\\n]|\\.)*"/g, '""')).match(/[\w$]+/g) ?? [];

test("no name is one of those words", () => {
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
])("a name is found in %s", (code) => {
  expect([...namesIn("a.tsx", code)].filter(isForbidden)).toHaveLength(1);
});

test("a text is no name", () => {
  expect([...namesIn("a.ts", 'const text = "strike"; // strike')]).toEqual(["text"]);
});

test("no file is called by one of them", () => {
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
])("%s is refused: %s", (name, expected) => {
  expect(isForbidden(name)).toBe(expected);
});
