import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./cache.ts";

/** What git knows of, and what is new and not ignored; paths from the root. */
export function repositoryFiles(): readonly string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
}

/** A file's text. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** A comment that begins a line or stands behind a blank: `//` in an address is none. */
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** The comments of a TypeScript or CSS file. */
export function commentsOf(path: string): readonly string[] {
  return textOf(path).match(COMMENT) ?? [];
}

/** A text of TypeScript or CSS without its comments. */
export function withoutComments(text: string): string {
  return text.replace(COMMENT, "");
}
