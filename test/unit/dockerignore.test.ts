/** Which files the image's build sees, by `.dockerignore` as Docker reads it. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { setUp } from "../support/servers/deployment.ts";
import { ROOT } from "../support/tools/cache.ts";
import { repositoryFiles } from "../support/tools/texts.ts";

const text = await readFile(join(ROOT, ".dockerignore"), "utf8");
const patterns = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const ignored = patterns.map(expressionOf);

/** A pattern also matches everything below the path that it names. */
function expressionOf(pattern: string): RegExp {
  if (!/^[\w./*-]+$/.test(pattern))
    throw new Error(`${import.meta.filename} can't read the pattern ${pattern}: add it`);
  const source = pattern.replaceAll(/\*\*\/|[.*]/g, (part) =>
    part === "**/" ? "(?:.*/)?" : part === "*" ? "[^/]*" : `\\${part}`,
  );
  return new RegExp(`^${source}(?:/|$)`);
}

const comesIn = (path: string): boolean => !ignored.some((expression) => expression.test(path));

test.each(["", "deploy/prod"])("the build sees nothing that npm run setup writes into %j", async (folder) => {
  const root = await mkdtemp(join(tmpdir(), "mycelium-dockerignore-"));
  try {
    const servers = "ws://127.0.0.1:9222,ws://127.0.0.1:9223";
    const flags = ["--nats-url", servers, "--origin", "http://127.0.0.1:8787"];
    const { ok, output } = await setUp([...flags, "--folder", join(root, folder)]);
    expect(ok, output).toBe(true);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.flatMap((entry) =>
      entry.isFile() ? [relative(root, join(entry.parentPath, entry.name))] : [],
    );
    expect(files).toContain(join(folder, "nats/nats-server-2.conf"));
    // Data of the servers, and the rest of an interrupted write.
    const later = [join(folder, "nats/data/accounts/a.jwt"), join(folder, ".dev.vars.1234")];
    expect([...files, ...later].filter(comesIn)).toEqual([]);
  } finally {
    await rm(root, { recursive: true });
  }
});

test.each([".git", "node_modules", "build", "build.next-aB3xYz.earlier", "dist", ".cache", "data"])(
  "the build doesn't see %s",
  (folder) => {
    expect(comesIn(`${folder}/some/file`)).toBe(false);
  },
);

test("excludes only those committed files that no build reads", () => {
  const out = repositoryFiles().filter((path) => !comesIn(path));
  expect(new Set(out.map((path) => path.replace(/\/.*/, "")))).toEqual(
    new Set([".dev.vars.example", "docs", "test"]),
  );
});
