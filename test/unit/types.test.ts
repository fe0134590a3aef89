/** The projects that `npm run types` checks. */
import { join, matchesGlob } from "node:path";
import { expect, test } from "vitest";
import { repositoryFiles, textOf } from "../support/tools/texts.ts";

/** Whether a project's `tsconfig.json` includes a file. */
function takesIn(project: string, path: string): boolean {
  const { include, exclude = [] } = JSON.parse(textOf(`${project}/tsconfig.json`));
  const isOf = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) =>
      [pattern, `${pattern}/**`].some((one) => matchesGlob(path, join(project, one))),
    );
  return isOf(include) && !isOf(exclude);
}

test("every TypeScript file belongs to a project that `npm run types` checks", () => {
  const { scripts } = JSON.parse(textOf("package.json"));
  const projects = [...scripts.types.matchAll(/tsc -p (\S+)/g)].map(([, project]) => project);
  const sources = repositoryFiles().filter((path) => /\.tsx?$/.test(path));
  expect(sources.filter((path) => !projects.some((project) => takesIn(project, path)))).toEqual([]);
});
