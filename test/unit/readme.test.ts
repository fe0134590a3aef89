import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../worker/config.ts";
import { ROOT } from "../support/tools/cache.ts";

const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const commandList = readFileSync(join(ROOT, "docs/commands.md"), "utf8");
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  cloudflare: { bindings: Record<string, { description: string }> };
};

const all = (pattern: RegExp, text = readme): string[] =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found);
const shellBlocks = all(/```sh\n([^`]*)```/g).map((block) => block.trim());
const codeSpans = [...all(/`([^`\n]+)`/g), ...all(/`([^`\n]+)`/g, commandList)];

describe("README.md and docs/commands.md", () => {
  test("give the two commands", () => {
    expect(shellBlocks).toContain("npm ci && npm start");
    expect(shellBlocks).toContain("npm ci && npm test");
  });

  const commands = [...shellBlocks.flatMap((block) => block.split(/\s*&&\s*|\n/)), ...codeSpans]
    .map((command) => command.replace(/^(?:[A-Z_]+=\S+ )+/, ""))
    .filter((command) => /^(npm|npx) /.test(command));

  const settings = shellBlocks.filter((block) => /^[A-Z_]+=/.test(block));

  test.each(settings)("the settings of %s are valid", (block) => {
    const environment = parseEnv(block.split(" ").slice(0, -2).join("\n"));
    expect(readConfig(environment)).toMatchObject({ ok: true });
  });

  test("name every script", () => {
    const named = commands.map((command) => /^npm (?:run )?([\w:-]+)/.exec(command)?.[1]);
    expect(Object.keys(manifest.scripts).filter((script) => !named.includes(script))).toEqual([]);
  });

  const paths = codeSpans.filter(
    (span) => /^[\w.-]+\/[\w./-]*$/.test(span) && !/^(dist|build|\.cache)\//.test(span),
  );

  test.each([...new Set([...paths, ...all(/\]\((?!https?:)([^)]+)\)/g)])])("the file %s exists", (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });

  test("README.md is short, apart from the table of dependencies at its end", () => {
    const [text = ""] = readme.split("## Dependencies");
    expect(text.split("\n").length).toBeLessThan(100);
  });

  test("name every dependency with a reason, and no others", () => {
    const [, text = ""] = readme.split("## Dependencies");
    const listed = [...text.matchAll(/^\| `([^`]+)` +\| \w.* \|$/gm)].map(([, name]) => name);
    const wanted = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(listed.sort()).toEqual(wanted.sort());
  });
});

describe("Cloudflare's Deploy button", () => {
  // Cloudflare asks for each variable of wrangler.toml, with its value and the manifest's description.
  const asked = parseEnv(readFileSync(join(ROOT, ".dev.vars.example"), "utf8"));

  test("describes each setting that it asks for", () => {
    expect(Object.keys(manifest.cloudflare.bindings)).toEqual(Object.keys(asked));
  });

  test("suggests a valid configuration", () => {
    expect(readConfig(asked)).toMatchObject({ ok: true, warnings: [] });
  });
});
