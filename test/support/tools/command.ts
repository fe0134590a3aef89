import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The output of a finished command, and whether it succeeded. */
export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a command to its end. A failure is returned as a result, not thrown. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<CommandResult> {
  const { timeoutMs = 300_000, ...rest } = options;
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      { ...rest, timeout: timeoutMs, encoding: "utf8" },
      (error, stdout, stderr) => {
        resolve({
          ok: error === null,
          output: `${stdout}${stderr}${error === null ? "" : `\n${error.message}`}`,
        });
      },
    );
  });
}

/** Runs a command that must succeed. @throws Error with the command and its output */
export async function mustRun(...call: Parameters<typeof runCommand>): Promise<void> {
  const { ok, output } = await runCommand(...call);
  if (!ok) throw new Error(`${call[0]} ${call[1].join(" ")}:\n${output.trim()}`);
}

/** The path of the first of `names` that is an executable file on PATH; null if none is. */
export function onPath(...names: readonly string[]): string | null {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const file = join(folder, name);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

/** Whether `file` exists and can be executed. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
