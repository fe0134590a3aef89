/** Prints what the last run of vitest came to as one line, `N passed, N failed`; it is given the exit status of all checks. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CACHE } from "./support/tools/cache.ts";

/** Where vitest's JSON report is. */
export const RESULT_FILE = join(CACHE, "test-results.json");

/** The counts of vitest's JSON report. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** @param ok whether every check succeeded: one that failed without a failed test (types, lint, a crash) counts as one */
export function closingLine({ numPassedTests, numFailedTests }: Report, ok: boolean): string {
  return `${numPassedTests} passed, ${ok ? numFailedTests : Math.max(numFailedTests, 1)} failed`;
}

async function lastReport(): Promise<Report> {
  try {
    return JSON.parse(await readFile(RESULT_FILE, "utf8")) as Report;
  } catch {
    // Vitest was not reached.
    return { numPassedTests: 0, numFailedTests: 0 };
  }
}

if (basename(process.argv[1] ?? "") === "summary.ts") {
  process.stdout.write(`${closingLine(await lastReport(), process.argv[2] === "0")}\n`);
}
