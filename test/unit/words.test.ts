/** Words that made readers guess, where NATS or HTTP has a name for the thing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";
import { repositoryFiles, textOf } from "../support/tools/texts.ts";

/** As a name, or a part of one: `ears`, `Ears`, `serverEars`, `EARS`; `heard` and `years` are other words. */
const WORDS = "ears tap holding valve desk strike knock stranger mend wishes crew".split(" ");
/** Words that are harmless inside others, and only confused as whole names of types or values. */
const WHOLE = "Side GoOn meet told said".split(" ");

/** Names that a file declares: values, types, members and parameters in one line of their own. */
const DECLARED = /\b(?:const|let|function\*?|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/g;

/** `sharedHistory` is `shared`, `History`. */
const partsOf = (name: string): readonly string[] =>
  name.split(/(?<=[a-z\d])(?=[A-Z])|_|(?<=[A-Z])(?=[A-Z][a-z])/).map((part) => part.toLowerCase());

const isForbidden = (name: string): boolean =>
  WHOLE.includes(name) || partsOf(name).some((part) => WORDS.includes(part));

const sources = repositoryFiles().filter((path) => /\.tsx?$/.test(path) && existsSync(join(ROOT, path)));

test("no name is one of those words", () => {
  const found = sources.flatMap((path) =>
    [...textOf(path).matchAll(DECLARED)]
      .map(([, name = ""]) => name)
      .filter(isForbidden)
      .map((name) => `${path}: ${name}`),
  );
  expect(found).toEqual([]);
});

test("no file is called by one of them", () => {
  const found = sources.filter((path) =>
    /[^/]+$/
      .exec(path)?.[0]
      .split(/[.-]/)
      .some((part) => WORDS.includes(part)),
  );
  expect(found).toEqual([]);
});

test.each([
  ["Ears", true],
  ["serverEars", true],
  ["STRANGER", true],
  ["said", true],
  ["years", false],
  ["unsaid", false],
  ["desktop", false],
])("%s is refused: %s", (name, expected) => {
  expect(isForbidden(name)).toBe(expected);
});
