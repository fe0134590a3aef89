import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CACHE, inScratchFolder, install } from "./cache.ts";
import { isExecutable, mustRun, onPath, runCommand } from "./command.ts";

/** A program from a Debian package, with its path inside the package. */
export interface DebianProgram {
  readonly name: string;
  readonly package: string;
  readonly path: string;
  /** Environment variable with the path of a binary to use instead. */
  readonly variable: string;
}

/** Programs that check the monitoring snippets in the documents. */
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
 * Finds a program: from its environment variable, on PATH, in the cache, or in Debian's package, which is unpacked but
 * not installed. apt checks the package against the signed index.
 * @returns its path
 * @throws Error that says what to install
 */
export async function findDebianProgram(program: DebianProgram): Promise<string> {
  const named = process.env[program.variable];
  if (named !== undefined) {
    if (isExecutable(named)) return named;
    throw new Error(`${program.variable} is ${named}, which isn't an executable file`);
  }
  const cached = join(CACHE, program.name);
  const present = onPath(program.name) ?? (isExecutable(cached) ? cached : null);
  if (present !== null) return present;
  try {
    await inScratchFolder(async (folder) => install(await unpack(program, folder), cached));
  } catch (error) {
    throw new Error(
      `${program.name} not found: install it with "apt-get install -y ${program.package}", or set ${program.variable} to its path. ${(error as Error).message}`,
    );
  }
  return cached;
}

async function unpack(program: DebianProgram, folder: string): Promise<string> {
  await unpackDebian(program.package, folder);
  const found = join(folder, program.path);
  if (!existsSync(found)) throw new Error(`the package ${program.package} doesn't contain ${program.path}`);
  return found;
}

/** Downloads a Debian package and unpacks it into an empty folder. @throws Error with apt's or dpkg's output */
export async function unpackDebian(name: string, folder: string): Promise<void> {
  const args = ["download", name];
  if (!(await runCommand("apt-get", args, { cwd: folder })).ok) {
    await runCommand("apt-get", ["update"]);
    await mustRun("apt-get", args, { cwd: folder });
  }
  const file = (await readdir(folder)).find((one) => one.endsWith(".deb"));
  if (file === undefined) throw new Error(`apt-get download ${name} left no .deb file`);
  await mustRun("dpkg", ["-x", join(folder, file), folder]);
}
