/**
 * `npm run bench [-- GROUP… [--seed N] [--seconds N]]`: prints each figure as one line of JSON on stdout, and
 * everything else on stderr. Only the group `storm` uses the seed and the seconds.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readFlags } from "../support/tools/flags.ts";
import { machineSize, toolVersions } from "../support/tools/versions.ts";
import type { Group } from "./figure.ts";

/** Files in this folder that aren't groups. */
const NO_GROUPS = ["run.ts", "figure.ts"];

const groups = (await readdir(import.meta.dirname))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !NO_GROUPS.includes(file))
  .map((file) => file.slice(0, -".ts".length))
  .sort();

const { words: asked, numbers: options } = readFlags(
  `npm run bench -- [GROUP…] [--seed N] [--seconds N]; groups: ${groups.join(", ")}`,
  ["seed", "seconds"],
  true,
);
const unknown = asked.filter((name) => !groups.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`unknown group ${unknown.join(", ")}: use some of ${groups.join(", ")}\n`);
  process.exit(1);
}

for (const line of [machineSize(), ...(await toolVersions(["2.15"]))]) process.stderr.write(`${line}\n`);
for (const name of asked.length > 0 ? asked : groups) {
  const group = (await import(join(import.meta.dirname, `${name}.ts`))) as Group;
  for await (const figure of group.run(options)) process.stdout.write(`${JSON.stringify(figure)}\n`);
}
process.exit(0);
