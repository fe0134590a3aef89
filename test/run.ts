/** `npm test`: every check, the quick ones first; ends at the first stage that fails. */
import { spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { closingLine, RESULTS, resultFile } from "./summary.ts";
import { ROOT } from "./support/tools/cache.ts";
import { selectedRelease } from "./support/tools/nats-server.ts";
import { toolVersions } from "./support/tools/versions.ts";

interface Stage {
  readonly name: string;
  run(): Promise<boolean>;
}

const STAGES: readonly Stage[] = [
  { name: "types", run: () => command("npm", ["run", "--silent", "types"]) },
  { name: "lint", run: () => command("npm", ["run", "--silent", "lint"]) },
  vitest("unit"),
  { name: "tools", run: printTools },
  vitest("worker"),
  vitest("contract"),
  vitest("integration"),
  vitest("browser"),
  vitest("chaos"),
  vitest("integration", "2.9.10"),
];

/** A vitest project as a stage; with a release, on that nats-server instead of the selected one. */
function vitest(project: string, release?: string): Stage {
  const name = release === undefined ? project : `${project}-${release}`;
  const env = release === undefined ? {} : { NATS_SERVER_VERSION: release };
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultFile(name)}`];
  return { name, run: () => command("vitest", ["run", "--project", project, ...reporters], env) };
}

async function printTools(): Promise<boolean> {
  for (const line of await toolVersions(["2.15", "2.9.10"])) process.stdout.write(`${line}\n`);
  return true;
}

function command(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> {
  const PATH = [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const child = spawn(name, args, {
    cwd: ROOT,
    env: { ...process.env, PATH, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0));
  });
}

/** The stages that were asked for; all that differ from each other unless told otherwise. */
function chosen(names: readonly string[]): readonly Stage[] {
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no stage ${unknown.join(", ")}: give some of ${STAGES.map(({ name }) => name).join(", ")}`,
    );
  }
  if (names.length > 0) return STAGES.filter(({ name }) => names.includes(name));
  return STAGES.filter(({ name }) => !name.endsWith(`-${selectedRelease()}`));
}

async function main(): Promise<boolean> {
  const stages = chosen(process.argv.slice(2));
  await rm(RESULTS, { recursive: true, force: true });
  await mkdir(RESULTS, { recursive: true });
  for (const [index, stage] of stages.entries()) {
    const startedAtMs = performance.now();
    process.stdout.write(`\n=== ${stage.name}\n`);
    const ok = await stage.run().catch((error: Error) => {
      process.stderr.write(`${error.message}\n`);
      return false;
    });
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
    process.stdout.write(`=== ${stage.name}: ${ok ? "ok" : "FAILED"} after ${seconds} s\n`);
    if (!ok) {
      const left = stages.slice(index + 1).map(({ name }) => name);
      if (left.length > 0) process.stdout.write(`not run: ${left.join(", ")}\n`);
      return false;
    }
  }
  return true;
}

const ok = await main();
process.stdout.write(`${await closingLine(ok)}\n`);
process.exit(ok ? 0 : 1);
