/** Queries about running processes (Linux, proc(5)). */
import { readdirSync, readFileSync } from "node:fs";
import { untilEqual } from "./until.ts";

/** All running descendants of a process, without zombies. */
export function descendants(ancestor: number): number[] {
  const parents = new Map(
    runningProcesses().map((pid): [number, number] => [pid, Number(fieldOf(pid, "PPid"))]),
  );
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent === ancestor || (parent !== undefined && isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

/** Waits until none of the processes runs: a killed process may take a moment to end. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  await untilEqual(() => runningProcesses().filter((pid) => pids.includes(pid)), []);
}

/** The first process that is workerd. */
export function workerdAmong(pids: readonly number[]): number {
  const found = pids.find((pid) => fieldOf(pid, "Name") === "workerd");
  if (found === undefined) throw new Error(`none of the processes ${pids} is workerd`);
  return found;
}

/** The first process that was started with an argument that ends so. */
export function startedWith(ending: string, pids: readonly number[]): number {
  const found = pids.find((pid) =>
    read(`/proc/${pid}/cmdline`)
      .split("\0")
      .some((argument) => argument.endsWith(ending)),
  );
  if (found === undefined) throw new Error(`none of the processes ${pids} was started with ${ending}`);
  return found;
}

/** Resident memory of all processes together, bytes. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Number.parseInt(fieldOf(pid, "VmRSS") ?? "0", 10) * 1024, 0);
}

/**
 * Milliseconds that a process's first thread has been ready to run without getting a core (sched-stats.txt of Linux):
 * the share of a measured time that other processes caused. 0 if the kernel doesn't count it.
 */
export function queuedMs(pid: number): number {
  const [, waitedNs = "0"] = read(`/proc/${pid}/schedstat`).split(" ");
  return Number(waitedNs) / 1_000_000;
}

function runningProcesses(): number[] {
  const pids = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  return pids.filter((pid) => /^[^ZX]/.test(fieldOf(pid, "State") ?? ""));
}

/** A field of /proc/<pid>/status; null when the process is gone. */
function fieldOf(pid: number, field: string): string | null {
  return new RegExp(`^${field}:\\s+(.*)$`, "m").exec(read(`/proc/${pid}/status`))?.[1] ?? null;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
