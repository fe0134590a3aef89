import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CACHE, inScratchFolder, install } from "./cache.ts";
import { isExecutable, mustRun, onPath, runCommand } from "./command.ts";

/** A program that is taken from Debian: its package, and where it stands in it. */
export interface DebianProgram {
  readonly name: string;
  readonly package: string;
  readonly path: string;
  /** Names a file to take instead. */
  readonly variable: string;
}

/** Programs that judge the snippets for monitors. */
export const MONITORS = {
  promtool: { name: "promtool", package: "prometheus", path: "usr/bin/promtool", variable: "PROMTOOL" },
  prometheus: {
    name: "prometheus",
    package: "prometheus",
    path: "usr/bin/prometheus",
    variable: "PROMETHEUS",
  },
  blackbox: {
    name: "prometheus-blackbox-exporter",
    package: "prometheus-blackbox-exporter",
    path: "usr/bin/prometheus-blackbox-exporter",
    variable: "BLACKBOX_EXPORTER",
  },
  checkHttp: {
    name: "check_http",
    package: "monitoring-plugins-basic",
    path: "usr/lib/nagios/plugins/check_http",
    variable: "CHECK_HTTP",
  },
} as const satisfies Readonly<Record<string, DebianProgram>>;

/**
 * Finds a program: the environment's, else PATH's, else the cache's, else out of Debian's package,
 * which apt checks against the signed index; it is unpacked and not installed.
 * @returns its path
 * @throws Error that says what to install
 */
export async function findDebianProgram(program: DebianProgram): Promise<string> {
  const named = process.env[program.variable];
  if (named !== undefined) {
    if (isExecutable(named)) return named;
    throw new Error(`${program.variable} is ${named}, which can't be run`);
  }
  const cached = join(CACHE, program.name);
  const present = onPath(program.name) ?? (isExecutable(cached) ? cached : null);
  if (present !== null) return present;
  try {
    await inScratchFolder(async (folder) => install(await unpack(program, folder), cached));
  } catch (error) {
    throw new Error(
      `no ${program.name}: install ${program.package}, or set ${program.variable} to its path. ${(error as Error).message}`,
    );
  }
  return cached;
}

async function unpack(program: DebianProgram, folder: string): Promise<string> {
  await unpackDebian(program.package, folder);
  const found = join(folder, program.path);
  if (!existsSync(found)) throw new Error(`the package ${program.package} holds no ${program.path}`);
  return found;
}

/** Unpacks a package of Debian's, as apt-get names it, into an empty folder. @throws Error with what keeps it from that */
export async function unpackDebian(name: string, folder: string): Promise<void> {
  const args = ["download", name];
  if (!(await runCommand("apt-get", args, { cwd: folder })).ok) {
    await runCommand("apt-get", ["update"]);
    await mustRun("apt-get", args, { cwd: folder });
  }
  const file = (await readdir(folder)).find((one) => one.endsWith(".deb"));
  if (file === undefined) throw new Error(`apt-get gave no package ${name}`);
  await mustRun("dpkg", ["-x", join(folder, file), folder]);
}
