import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./cache.ts";

/** Paths of all tracked files and of new ones that git doesn't ignore, relative to the root. */
export function repositoryFiles(): readonly string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
}

/** The text of a file, by its path relative to the root. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** A comment, at the start of a line or after a space: the `//` of a URL doesn't count. */
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** The comments of a TypeScript or CSS file. */
export function commentsOf(path: string): readonly string[] {
  return textOf(path).match(COMMENT) ?? [];
}

/** TypeScript or CSS without comments. */
export function withoutComments(text: string): string {
  return text.replace(COMMENT, "");
}
