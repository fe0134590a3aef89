/** The page's test hooks are exactly those that `site/README.md` names. */
import { expect, test } from "vitest";
import { repositoryFiles, textOf } from "../support/tools/texts.ts";

const sources = repositoryFiles()
  .filter((path) => /^site\/.*(?<!\.test)\.tsx$/.test(path))
  .map(textOf);

/** The hooks that a table names, expanded: `-shown` after `feed-<id>-received` means `feed-<id>-shown`. */
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

/** A pattern for the hooks that a template literal such as `feed-${id}-row` makes. */
const patternOf = (text: string) =>
  new RegExp(`^${text.replace(/[.*+?^()|[\]\\]/g, "\\$&").replace(/\$\{[^}]*\}/g, ".+")}$`);

const textsOf = (wanted: RegExp, texts: readonly string[] = sources) =>
  texts.flatMap((source) => [...source.matchAll(wanted)].map(([, plain, made]) => plain ?? made ?? ""));

const [, table = ""] = textOf("site/README.md").split("## Hooks for tests");
const named = namesIn(table).filter((name) => name !== "data-testid");

/** Matches anything that may be a hook or its beginning. */
const made = [...new Set(textsOf(/"([a-z][\w-]*)"|`((?:[a-z]+-)+\$\{[^`]*|\$\{testId\}-[^`]*)`/g))];
const patterns = made.map(patternOf);

test("each hook in the README exists in the page", () => {
  const gone = named.filter((name) => !patterns.some((pattern) => pattern.test(name.replace(/<\w+>/g, "x"))));
  expect([named.length > 100, gone]).toEqual([true, []]);
});

test("each hook of the page is in the README", () => {
  const hooks = textsOf(/(?:data-testid|testId)=\{?(?:"([^"]+)"|`([^`]+)`)/g);
  const unnamed = hooks.filter((hook) => !named.some((name) => patternOf(hook).test(name)));
  expect([hooks.length > 50, unnamed]).toEqual([true, []]);
});

test("each hook that a test queries exists: a test for the absence of a removed hook would always pass", () => {
  const texts = repositoryFiles().filter((path) => /^test\/(?:browser|support\/page)\//.test(path));
  const asked = textsOf(/\bhook\(\s*(?:"([^"]+)"|`([^`]+)`)/g, texts.map(textOf));
  const isThere = (hook: string): boolean => {
    const [name, all] = [hook.replace(/\$\{.*?\}/g, "x"), patternOf(hook)];
    return patterns.some((pattern) => pattern.test(name)) || made.some((text) => all.test(text));
  };
  expect([asked.length > 300, [...new Set(asked)].filter((hook) => !isThere(hook))]).toEqual([true, []]);
});
