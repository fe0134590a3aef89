import { resolve } from "node:path";
import type { DeploymentOptions } from "./options.ts";

/** Where a command finds what it goes on with. */
interface At extends Pick<DeploymentOptions, "folder"> {
  readonly via?: string | null;
  readonly page?: string | null;
}

/** Writes a command of ours that goes on with one deployment, such as `push`. */
export type CommandOf = (words: string) => string;

/** A command of ours with the flags that lead it to the same place; none for the folder that it runs in. */
export function setupCommand(words: string, { folder, via = null, page = null }: At): string {
  const flags = { folder: isWorkingFolder(folder) ? null : folder, via, page };
  const given = Object.entries(flags).map(([name, value]) =>
    value === null ? "" : ` --${name} ${shellQuote(value)}`,
  );
  return `npm run setup -- ${words}${given.join("")}`;
}

/** The words of a command that makes a stream, or has it take more. */
export function streamWords(name: string, subjects: readonly string[]): string {
  return `stream ${[name, ...subjects].map(shellQuote).join(" ")}`;
}

/** Whether it is the folder that commands run in. */
export function isWorkingFolder(folder: string): boolean {
  return resolve(folder) === resolve();
}

/** A word that a POSIX shell takes as it is. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
