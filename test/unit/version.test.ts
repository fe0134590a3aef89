/** All places that name a version agree. */
import { expect, test } from "vitest";
import { VERSION } from "../../worker/version.ts";
import { textOf } from "../support/tools/texts.ts";

const versionOf = (manifest: string): string => JSON.parse(textOf(manifest)).version;
const product = versionOf("package.json");

test("the worker reports the product's version", () => {
  expect(VERSION).toBe(product);
});

test.each([
  ["CHANGELOG.md", `\n## ${product}`],
  ["docs/architecture.md", `| the product | ${product}`],
  ["docs/comparison.md", `| ${product}, this repository`],
  ["deploy/kubernetes.yaml", `/mycelium:${product}\n`],
])("%s names the product's version", (path, words) => {
  expect(textOf(path)).toContain(words);
});

test.each(["client", "simulator"])(
  "the package %s has its version in its CHANGELOG and in the table of parts",
  (room) => {
    const version = versionOf(`${room}/package.json`);
    expect(textOf(`${room}/CHANGELOG.md`)).toContain(`\n## ${version}`);
    expect(textOf("docs/architecture.md")).toMatch(new RegExp(`\\| ${room} +\\| ${version},`));
  },
);
