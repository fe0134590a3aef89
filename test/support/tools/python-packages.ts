import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CACHE } from "./cache.ts";
import { mustRun, onPath } from "./command.ts";

/**
 * Installs a PyPI package into a virtual environment in the cache, once.
 * @returns the folder of the environment's programs: `python` and the package's own
 * @throws Error that says what is missing
 */
export async function pythonWith(name: string, version: string): Promise<string> {
  const folder = join(CACHE, `python-${name}-${version}`);
  const programs = join(folder, "bin");
  if (await stat(join(folder, "whole")).catch(() => null)) return programs;
  const python = onPath("python3", "python");
  if (python === null) throw new Error(`python3 isn't on PATH: install Python 3, which ${name} needs`);
  await mkdir(CACHE, { recursive: true });
  // An interrupted run may have left half an environment, which can't be built elsewhere and moved into place.
  await rm(folder, { recursive: true, force: true });
  // Installing a second pip would take longer than the package.
  await mustRun(python, ["-m", "venv", "--without-pip", folder]);
  await mustRun(python, [
    ...["-m", "pip", "--python", join(programs, "python")],
    ...["install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"],
    `${name}==${version}`,
  ]);
  await mkdir(join(folder, "whole"));
  return programs;
}
