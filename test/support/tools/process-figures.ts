import { readdirSync, readFileSync } from "node:fs";

/** A process and all that it has started, as they are right now (Linux, /proc). */
export function processTree(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? fieldOf(Number(name), "PPid") : null;
    if (parent !== null) parents.set(Number(name), Number(parent));
  }
  const isOurs = (one: number): boolean => one === pid || (parents.has(one) && isOurs(parents.get(one) ?? 0));
  return [...parents.keys()].filter(isOurs);
}

/** What these processes hold in memory right now, bytes. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Number.parseInt(fieldOf(pid, "VmRSS") ?? "0", 10) * 1024, 0);
}

/** A process's name. */
export function nameOf(pid: number): string | null {
  return fieldOf(pid, "Name");
}

/**
 * For how long the first thread of a process has been ready to run and had no core, milliseconds (sched-stats.txt of
 * Linux): how much of a time that was measured is other processes' doing. 0 where the kernel doesn't count it.
 */
export function queuedMs(pid: number): number {
  const [, waitedNs = "0"] = read(`/proc/${pid}/schedstat`)?.split(" ") ?? [];
  return Number(waitedNs) / 1_000_000;
}

/** A field of /proc/<pid>/status; null when the process is gone. */
function fieldOf(pid: number, field: string): string | null {
  return new RegExp(`^${field}:\\s+(.*)$`, "m").exec(read(`/proc/${pid}/status`) ?? "")?.[1] ?? null;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
