/** Says which tools the tests run on; fetches those that are missing, before the test processes would fetch them side by side. */
import { toolVersions } from "./support/tools/versions.ts";

try {
  for (const line of await toolVersions(["2.15", "2.9.10"])) process.stdout.write(`${line}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
