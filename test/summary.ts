/** Counts what the last `npm test` ran; run as a script, prints it as one line. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CACHE } from "./support/tools/cache.ts";

/** Where vitest's JSON reports of the last run are. */
export const RESULTS = join(CACHE, "test-results");

/** The report of one stage. */
export function resultFile(stage: string): string {
  return join(RESULTS, `${stage}.json`);
}

/** The part of vitest's JSON report that is counted. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/**
 * `N passed, N failed` over all reports.
 * @param ok whether every stage succeeded: one that failed without a failed test (types, lint, a crash) counts as one
 */
export async function closingLine(ok: boolean): Promise<string> {
  const files = await readdir(RESULTS).catch(() => []);
  const reports = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(RESULTS, file), "utf8")) as Report),
  );
  const passed = reports.reduce((sum, report) => sum + report.numPassedTests, 0);
  const failed = reports.reduce((sum, report) => sum + report.numFailedTests, 0);
  return `${passed} passed, ${ok ? failed : Math.max(failed, 1)} failed`;
}

if (basename(process.argv[1] ?? "") === "summary.ts") {
  process.stdout.write(`${await closingLine(process.argv[2] === "0")}\n`);
}
