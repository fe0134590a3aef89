/** `npm test`: every check, the quick ones first; ends at the first stage that fails. */
import { spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { buildProduct } from "../serve/build.ts";
import { closingLine, failures, RESULTS, readReports, resultFile } from "./summary.ts";
import { ROOT } from "./support/tools/cache.ts";
import { selectedRelease } from "./support/tools/nats-server.ts";
import { toolVersions } from "./support/tools/versions.ts";

interface Stage {
  readonly name: string;
  /** @param say takes what it prints, as it comes */
  run(say: Say): Promise<boolean>;
}

type Say = (text: string) => void;

const sayNow: Say = (text) => void process.stdout.write(text);

const STAGES: readonly Stage[] = [
  { name: "types", run: (say) => command(say, "npm", ["run", "--silent", "types"]) },
  { name: "lint", run: (say) => command(say, "npm", ["run", "--silent", "lint"]) },
  vitest("unit"),
  { name: "tools", run: printTools },
  vitest("worker"),
  vitest("contract"),
  { name: "build", run: makeProduct },
  vitest("integration"),
  vitest("integration", "2.9.10"),
  vitest("product"),
  vitest("renewal"),
  vitest("scenes"),
  vitest("scenes", "2.9.10"),
  vitest("storms"),
  vitest("browser"),
  vitest("chaos"),
];

/** Stages that mostly wait, and so are run at the same time as others of their group that are asked for. */
const AT_ONCE: readonly (readonly string[])[] = [
  ["worker", "contract"],
  ["integration", "integration-2.9.10", "product", "renewal"],
  ["scenes", "scenes-2.9.10", "storms"],
];

/** A vitest project as a stage; with a release, on that nats-server instead of the selected one. */
function vitest(project: string, release?: string): Stage {
  const name = release === undefined ? project : `${project}-${release}`;
  const env = release === undefined ? {} : { NATS_SERVER_VERSION: release };
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultFile(name)}`];
  return { name, run: (say) => command(say, "vitest", ["run", "--project", project, ...reporters], env) };
}

/** Builds the product before the stages that run it: each of them would, and two at once would tear it down under the other. */
async function makeProduct(say: Say): Promise<boolean> {
  await buildProduct(ROOT);
  say("build/ is newer than its sources\n");
  return true;
}

/** Whether a stage runs the product. */
function runsProduct({ name }: Stage): boolean {
  return /^(integration|product|renewal|browser)/.test(name);
}

async function printTools(say: Say): Promise<boolean> {
  for (const line of await toolVersions(["2.15", "2.9.10"])) say(`${line}\n`);
  return true;
}

function command(
  say: Say,
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<boolean> {
  const PATH = [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const child = spawn(name, args, {
    cwd: ROOT,
    // Behind a pipe nobody would think of colours.
    env: { ...process.env, PATH, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", say);
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
  const asked = STAGES.filter(({ name }) => names.includes(name));
  if (asked.length > 0) {
    return STAGES.filter(
      (stage) => asked.includes(stage) || (stage.name === "build" && asked.some(runsProduct)),
    );
  }
  return STAGES.filter(({ name }) => !name.endsWith(`-${selectedRelease()}`));
}

/** Runs one stage and says how it went. */
async function runStage(stage: Stage, say: Say): Promise<boolean> {
  const startedAtMs = performance.now();
  say(`\n=== ${stage.name}\n`);
  const ok = await stage.run(say).catch((error: Error) => {
    say(`${error.message}\n`);
    return false;
  });
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  say(`=== ${stage.name}: ${ok ? "ok" : "FAILED"} after ${seconds} s\n`);
  return ok;
}

/** Runs stages at the same time; what each prints stays together. */
async function runAtOnce(stages: readonly Stage[]): Promise<boolean> {
  const [first, ...others] = stages;
  if (first === undefined) return true;
  const kept = others.map((stage) => {
    const texts: string[] = [];
    return { ended: runStage(stage, (text) => texts.push(text)), texts };
  });
  let ok = await runStage(first, sayNow);
  for (const { ended, texts } of kept) {
    ok = (await ended) && ok;
    sayNow(texts.join(""));
  }
  return ok;
}

/** The stages in their order; those that are run at once stand together. */
function inTurns(stages: readonly Stage[]): readonly (readonly Stage[])[] {
  const turns: Stage[][] = [];
  for (const stage of stages) {
    const last = turns.at(-1);
    const group = AT_ONCE.find((names) => names.includes(stage.name));
    if (last?.every(({ name }) => group?.includes(name))) last.push(stage);
    else turns.push([stage]);
  }
  return turns;
}

async function main(): Promise<boolean> {
  const turns = inTurns(chosen(process.argv.slice(2)));
  await rm(RESULTS, { recursive: true, force: true });
  await mkdir(RESULTS, { recursive: true });
  for (const [index, turn] of turns.entries()) {
    if (await runAtOnce(turn)) continue;
    const left = turns.slice(index + 1).flatMap((later) => later.map(({ name }) => name));
    if (left.length > 0) sayNow(`not run: ${left.join(", ")}\n`);
    return false;
  }
  return true;
}

const ok = await main();
const reports = await readReports();
for (const failure of failures(reports)) sayNow(`\n${failure}\n`);
sayNow(`${closingLine(reports.values(), ok)}\n`);
process.exit(ok ? 0 : 1);
