/** Prints the tools that the tests use; fetches missing ones before several test processes would do so in parallel. */
import { toolVersions } from "./support/tools/versions.ts";

try {
  for (const line of await toolVersions(["2.15", "2.9.10"])) process.stdout.write(`${line}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
