/** Prints the result of Vitest's last run as `N passed, N failed`. Its argument is the exit status of all checks. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CACHE } from "./support/tools/cache.ts";

/** Path of Vitest's JSON report. */
export const RESULT_FILE = join(CACHE, "test-results.json");

/** The counts in Vitest's JSON report. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** @param ok whether all checks succeeded: a failure outside the tests (types, lint, a crash) counts as one failed test */
export function closingLine({ numPassedTests, numFailedTests }: Report, ok: boolean): string {
  return `${numPassedTests} passed, ${ok ? numFailedTests : Math.max(numFailedTests, 1)} failed`;
}

async function lastReport(): Promise<Report> {
  try {
    return JSON.parse(await readFile(RESULT_FILE, "utf8")) as Report;
  } catch {
    // An earlier check failed, so Vitest didn't run.
    return { numPassedTests: 0, numFailedTests: 0 };
  }
}

if (basename(process.argv[1] ?? "") === "summary.ts") {
  process.stdout.write(`${closingLine(await lastReport(), process.argv[2] === "0")}\n`);
}
