import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE, inScratchFolder } from "../../../test/support/tools/cache.ts";
import { onPath, runCommand } from "../../../test/support/tools/command.ts";

const VERSION = "2.16.0";
const SHA256 = "aeb1ff123966c05833d26c7df7e1d54c1c6d32b612428b21677a2e921f1fecae";

/** Folder of the fetched Python client. */
const FOLDER = join(CACHE, `nats-py-${VERSION}`);

/**
 * Runs a Python script with nats-py, which is fetched into the cache the first time, and returns the script's output.
 * @throws Error that says what to install, or with the output of a failed script
 */
export async function runPython(script: string, args: readonly string[]): Promise<string> {
  const python = onPath("python3", "python");
  if (python === null)
    throw new Error("python3 isn't on PATH: install Python 3, which the check of nats-py needs");
  await fetchOnce(python);
  const { ok, output } = await runCommand(python, [script, ...args], {
    env: { ...process.env, PYTHONPATH: FOLDER },
    timeoutMs: 200_000,
  });
  if (!ok) throw new Error(output);
  return output;
}

async function fetchOnce(python: string): Promise<void> {
  if (await stat(FOLDER).catch(() => undefined)) return;
  await mkdir(CACHE, { recursive: true });
  await inScratchFolder(async (scratch) => {
    const requirements = join(scratch, "requirements.txt");
    const target = join(scratch, "nats-py");
    await writeFile(requirements, `nats-py==${VERSION} --hash=sha256:${SHA256}\n`);
    const { ok, output } = await runCommand(python, [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--no-deps",
      "--require-hashes",
      "--target",
      target,
      "-r",
      requirements,
    ]);
    if (!ok) throw new Error(`nats-py ${VERSION} couldn't be fetched with pip:\n${output}`);
    await rm(FOLDER, { recursive: true, force: true });
    await rename(target, FOLDER);
  });
}
