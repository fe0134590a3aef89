/** Scripts that are too slow for each change, or that change files: how they start and refuse arguments. */
import { describe, expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { textOf } from "../support/tools/texts.ts";

const npm = (...args: string[]) => runCommand("npm", ["run", "--silent", ...args], { cwd: ROOT });

/** Takes 15 s on a core of its own, which it may share with seven other processes. */
const SCALE_LIMIT_MS = 900_000;

/** A table's row without the formatter's padding. */
const withoutPadding = (row: string): string => row.replace(/\s*\|\s*/g, "|");

describe.concurrent("scripts", () => {
  test("bench lists its groups, which include those of docs/commands.md", async ({ expect }) => {
    const { ok, output } = await npm("bench", "--", "no-such-group");
    expect(ok).toBe(false);
    const groups = /use some of (.+)/.exec(output)?.[1]?.split(", ") ?? [];
    const named = [...textOf("docs/commands.md").matchAll(/npm run bench -- (\w+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(groups).toEqual(expect.arrayContaining(named));
  });

  test.each(["bench", "chaos", "chaos:real", "schemathesis", "screenshots"])(
    "%s prints its usage and does nothing else",
    async (script) => {
      const { ok, output } = await npm(script, "--", "--help");
      expect(output).toMatch(new RegExp(`^usage: npm run ${script}( -- \\[.*)?\n$`));
      expect(ok).toBe(true);
    },
  );

  test("chaos:real refuses less than two minutes", async ({ expect }) => {
    const { ok, output } = await npm("chaos:real", "--", "--minutes", "1");
    expect(ok).toBe(false);
    expect(output).toContain("give at least 2");
  });

  test("scale computes every row of docs/scale.md, including those of a million pages", {
    timeout: SCALE_LIMIT_MS,
  }, async ({ expect }) => {
    const { ok, output } = await runCommand("npm", ["run", "--silent", "scale"], {
      cwd: ROOT,
      timeoutMs: SCALE_LIMIT_MS,
    });
    expect(ok, output).toBe(true);
    const isRow = (line: string): boolean => /^\| [\d,]+0 /.test(line);
    const rows = textOf("docs/scale.md").split("\n").filter(isRow).map(withoutPadding);
    expect(output.split("\n").filter(isRow).map(withoutPadding)).toEqual(rows);
    expect(rows.length).toBeGreaterThan(10);
  });
});

const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };

test("format is lint that fixes files", () => {
  expect(scripts.lint?.replace("check", "check --write")).toMatch(new RegExp(`^${scripts.format} && `));
});
