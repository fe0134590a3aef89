import { resolve } from "node:path";
import type { DeploymentOptions } from "./options.ts";

/** Flag values that lead a command to its deployment. */
interface At extends Pick<DeploymentOptions, "folder"> {
  readonly via?: string | null;
  readonly page?: string | null;
}

/** Formats a setup command for one deployment from its words, such as `push`. */
export type CommandOf = (words: string) => string;

/** A setup command as text, with the flags for the same deployment; the working directory needs no flag. */
export function setupCommand(words: string, { folder, via = null, page = null }: At): string {
  const flags = { folder: isWorkingFolder(folder) ? null : folder, via, page };
  const given = Object.entries(flags).map(([name, value]) =>
    value === null ? "" : ` --${name} ${shellQuote(value)}`,
  );
  return `npm run setup -- ${words}${given.join("")}`;
}

/** The words of a command that creates a stream or adds subjects to it. */
export function streamWords(name: string, subjects: readonly string[]): string {
  return `stream ${[name, ...subjects].map(shellQuote).join(" ")}`;
}

/** Whether `folder` is the working directory. */
export function isWorkingFolder(folder: string): boolean {
  return resolve(folder) === resolve();
}

/** Quotes a word for a POSIX shell. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
