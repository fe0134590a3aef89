import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { untilEqual } from "./until.ts";

interface Row {
  readonly pid: number;
  readonly parent: number;
}

/** The processes that run; one that has ended and only waits for its parent to notice doesn't. */
function runningProcesses(): Row[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" }).trim().split("\n");
  return lines.flatMap((line) => {
    const [pid, parent, state = ""] = line.trim().split(/\s+/);
    return state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent) }];
  });
}

/** The children of a process, and theirs. */
export function descendants(ancestor: number): number[] {
  const rows = runningProcesses();
  const below = (parent: number): number[] =>
    rows.flatMap((row) => (row.parent === parent ? [row.pid, ...below(row.pid)] : []));
  return below(ancestor);
}

/** Waits until none of them runs: a killed process may take a moment to go. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  await untilEqual(() => runningProcesses().filter(({ pid }) => pids.includes(pid)), []);
}

/** The one of them that is workerd. */
export function workerdAmong(pids: readonly number[]): number {
  const found = pids.find((pid) =>
    /workerd serve /.test(execFileSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" })),
  );
  if (found === undefined) throw new Error(`none of ${pids} is workerd`);
  return found;
}

/** The workerd below a product's supervisor. */
export function workerdOf(supervisor: number): number {
  return workerdAmong(descendants(supervisor));
}

/** How much memory a process holds (Linux, proc(5)). */
export async function residentBytes(pid: number): Promise<number> {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}

/** Whether nobody listens on a loopback port. */
export async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
