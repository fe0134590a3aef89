/** The page's hooks for tests are those that `site/README.md` names. */
import { expect, test } from "vitest";
import { repositoryFiles, textOf } from "../support/tools/texts.ts";

const sources = repositoryFiles()
  .filter((path) => /^site\/.*(?<!\.test)\.tsx$/.test(path))
  .map(textOf);

/** The hooks that a table names, whole: `-shown` stands for `feed-<id>-shown` behind `feed-<id>-received`. */
function namesIn(table: string): readonly string[] {
  return table.split("\n").flatMap((line) => {
    let whole = "";
    const cell = /^\| (`[^|]*)\|/.exec(line)?.[1] ?? "";
    return [...cell.matchAll(/`(\w[^`]*|-[^`]*)`/g)].map(([, name = ""]) => {
      if (name.startsWith("-")) return whole.replace(/-[^-]*$/, "") + name;
      whole = name;
      return name;
    });
  });
}

/** What matches the names that a text of TypeScript makes: `feed-${id}-row`. */
const patternOf = (text: string) =>
  new RegExp(`^${text.replace(/[.*+?^()|[\]\\]/g, "\\$&").replace(/\$\{[^}]*\}/g, ".+")}$`);

const textsOf = (wanted: RegExp, texts: readonly string[] = sources) =>
  texts.flatMap((source) => [...source.matchAll(wanted)].map(([, plain, made]) => plain ?? made ?? ""));

const [, table = ""] = textOf("site/README.md").split("## Hooks for tests");
const named = namesIn(table).filter((name) => name !== "data-testid");

/** Whatever may be a hook, or the beginning of one. */
const made = [...new Set(textsOf(/"([a-z][\w-]*)"|`((?:[a-z]+-)+\$\{[^`]*|\$\{testId\}-[^`]*)`/g))];
const patterns = made.map(patternOf);

test("each hook that is named is there", () => {
  const gone = named.filter((name) => !patterns.some((pattern) => pattern.test(name.replace(/<\w+>/g, "x"))));
  expect([named.length > 100, gone]).toEqual([true, []]);
});

test("each hook that is there is named", () => {
  const hooks = textsOf(/(?:data-testid|testId)=\{?(?:"([^"]+)"|`([^`]+)`)/g);
  const unnamed = hooks.filter((hook) => !named.some((name) => patternOf(hook).test(name)));
  expect([hooks.length > 50, unnamed]).toEqual([true, []]);
});

test("each hook that a test asks for is there: of one that is gone it would be true that it isn't seen", () => {
  const texts = repositoryFiles().filter((path) => /^test\/(?:browser|support\/page)\//.test(path));
  const asked = textsOf(/\bhook\(\s*(?:"([^"]+)"|`([^`]+)`)/g, texts.map(textOf));
  const isThere = (hook: string): boolean => {
    const [name, all] = [hook.replace(/\$\{.*?\}/g, "x"), patternOf(hook)];
    return patterns.some((pattern) => pattern.test(name)) || made.some((text) => all.test(text));
  };
  expect([asked.length > 300, [...new Set(asked)].filter((hook) => !isThere(hook))]).toEqual([true, []]);
});
