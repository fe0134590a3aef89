import { readdirSync, readFileSync } from "node:fs";

/** What a process and all that it has started hold in memory right now, bytes (Linux, /proc). */
export function memoryOf(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? fieldOf(Number(name), "PPid") : null;
    if (parent !== null) parents.set(Number(name), parent);
  }
  const isOurs = (one: number): boolean => one === pid || (parents.has(one) && isOurs(parents.get(one) ?? 0));
  return [...parents.keys()]
    .filter(isOurs)
    .reduce((sum, one) => sum + (fieldOf(one, "VmRSS") ?? 0) * 1024, 0);
}

/** A number of /proc/<pid>/status; null when the process is gone. */
function fieldOf(pid: number, field: string): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  } catch {
    return null;
  }
}
