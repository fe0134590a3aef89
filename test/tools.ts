/** Says which tools the tests run on; fetches those that are missing, before the test processes would fetch them side by side. */
import { toolVersions } from "./support/tools/versions.ts";

for (const line of await toolVersions(["2.15", "2.9.10"])) process.stdout.write(`${line}\n`);
