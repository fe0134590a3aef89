import { globSync, statSync } from "node:fs";
import { join } from "node:path";

/** Whether a built file is at least as new as all its sources; tests don't count as sources. */
export function isFresh(root: string, built: string, sources: readonly string[]): boolean {
  const builtAtMs = modifiedAtMs(join(root, built));
  const exclude = ["**/*.test.ts", "**/*.test.tsx"];
  return globSync([...sources], { cwd: root, exclude }).every(
    (file) => modifiedAtMs(join(root, file)) <= builtAtMs,
  );
}

function modifiedAtMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
