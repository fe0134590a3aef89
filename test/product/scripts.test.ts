/** Scripts that are too long for each change, or change files: that they start, and how they refuse. */
import { describe, expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { textOf } from "../support/tools/texts.ts";

const npm = (...args: string[]) => runCommand("npm", ["run", "--silent", ...args], { cwd: ROOT });

describe.concurrent("scripts", () => {
  test("bench names its groups, and those of docs/commands.md are among them", async ({ expect }) => {
    const { ok, output } = await npm("bench", "--", "no-such-group");
    expect(ok).toBe(false);
    const groups = /give some of (.+)/.exec(output)?.[1]?.split(", ") ?? [];
    const named = [...textOf("docs/commands.md").matchAll(/npm run bench -- (\w+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(groups).toEqual(expect.arrayContaining(named));
  });

  test("chaos:real refuses less than two minutes", async ({ expect }) => {
    const { ok, output } = await npm("chaos:real", "--", "--minutes", "1");
    expect(ok).toBe(false);
    expect(output).toContain("give at least 2");
  });

  test("scale works out a row for ten pages", async ({ expect }) => {
    const { ok, output } = await npm("scale", "--", "10");
    expect(ok).toBe(true);
    expect(output).toMatch(/^\| 10 +\|/m);
  });
});

const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };

test("format is lint, and mends", () => {
  expect(scripts.lint?.replace("check", "check --write")).toMatch(new RegExp(`^${scripts.format} && `));
});
