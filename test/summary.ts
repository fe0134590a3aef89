/** What the last `npm test` came to: its failures and its counts; run as a script, prints the counts as one line. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CACHE } from "./support/tools/cache.ts";

/** Where vitest's JSON reports of the last run are. */
export const RESULTS = join(CACHE, "test-results");

/** The report of one stage. */
export function resultFile(stage: string): string {
  return join(RESULTS, `${stage}.json`);
}

/** The parts of vitest's JSON report that are told. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  readonly status: "passed" | "failed";
  /** Why the file itself failed, where it couldn't be run. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[] | null;
  }[];
}

/** The reports of the last run by the names of their stages. */
export async function readReports(): Promise<ReadonlyMap<string, Report>> {
  const files = (await readdir(RESULTS).catch(() => [])).sort();
  const read = async (file: string) =>
    [basename(file, ".json"), JSON.parse(await readFile(join(RESULTS, file), "utf8")) as Report] as const;
  return new Map(await Promise.all(files.map(read)));
}

/**
 * `N passed, N failed` over all reports.
 * @param ok whether every stage succeeded: one that failed without a failed test (types, lint, a crash) counts as one
 */
export function closingLine(reports: Iterable<Report>, ok: boolean): string {
  let passed = 0;
  let failed = 0;
  for (const { numPassedTests, numFailedTests } of reports) {
    passed += numPassedTests;
    failed += numFailedTests;
  }
  return `${passed} passed, ${ok ? failed : Math.max(failed, 1)} failed`;
}

/** Every failure with its reason, to stand at the end of a long run: who reads only that shall know what to look at. */
export function failures(reports: ReadonlyMap<string, Report>): readonly string[] {
  return [...reports].flatMap(([stage, { testResults }]) =>
    testResults.flatMap((file) => failuresOf(file).map((failure) => `FAILED in ${stage}: ${failure}`)),
  );
}

function failuresOf({ name, status, message, assertionResults }: TestFile): readonly string[] {
  const failed = assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => `${name} > ${test.fullName}\n${(test.failureMessages ?? []).join("\n")}`);
  return failed.length === 0 && status === "failed" ? [`${name}\n${message}`] : failed;
}

if (basename(process.argv[1] ?? "") === "summary.ts") {
  process.stdout.write(`${closingLine((await readReports()).values(), process.argv[2] === "0")}\n`);
}
