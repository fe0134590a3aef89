import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CACHE } from "./cache.ts";
import { mustRun, onPath } from "./command.ts";

/**
 * A virtual environment in the cache with one package of PyPI, made the first time.
 * @returns its folder of programs: `python`, and what the package brings
 * @throws Error that says what is missing
 */
export async function pythonWith(name: string, version: string): Promise<string> {
  const folder = join(CACHE, `python-${name}-${version}`);
  const programs = join(folder, "bin");
  if (await stat(join(folder, "whole")).catch(() => null)) return programs;
  const python = onPath("python3", "python");
  if (python === null) throw new Error(`no python3 on PATH: install Python 3 to check with ${name}`);
  await mkdir(CACHE, { recursive: true });
  // Left by a run that was cut short; a virtual environment can't be moved into its place when it is done.
  await rm(folder, { recursive: true, force: true });
  // Another pip inside it would take longer than all that it installs.
  await mustRun(python, ["-m", "venv", "--without-pip", folder]);
  await mustRun(python, [
    ...["-m", "pip", "--python", join(programs, "python")],
    ...["install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"],
    `${name}==${version}`,
  ]);
  await mkdir(join(folder, "whole"));
  return programs;
}
