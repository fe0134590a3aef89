import { rmSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const LOOK_EVERY_MS = 20;
/** A process that is killed may take a moment to go. */
const GONE_LIMIT_MS = 2000;

/** What the log says of one that was ended. */
export const LEFT_OVER = "a workerd was left from an earlier start: it is ended";

interface Note {
  readonly workerd: number;
  readonly supervisor: number;
}

/** Notes which workerd works on the folder `data`, for who finds it without its supervisor. */
export function noteWorkerd(data: string, workerd: number): void {
  writeFileSync(noteFile(data), JSON.stringify({ workerd, supervisor: process.pid } satisfies Note));
}

/** Takes the note back: it has ended in order. */
export function forgetWorkerd(data: string): void {
  rmSync(noteFile(data), { force: true });
}

/** One for each supervisor: one that doesn't get its port must not write over that of the one which has it. */
function noteFile(data: string): string {
  return join(data, `workerd-${process.pid}.json`);
}

/**
 * Kills each workerd that works on `data` though its supervisor is gone, as after a `kill -9` or when memory ran out:
 * it would hold the port and the database for ever. One that has its supervisor is left alone. Does nothing where
 * processes can't be looked at (elsewhere than on Linux).
 * @returns whether there was one
 */
export async function endLeftOver(data: string): Promise<boolean> {
  let wasLeft = false;
  const names = await readdir(data).catch(() => []);
  for (const name of names.filter((one) => /^workerd-\d+\.json$/.test(one))) {
    const file = join(data, name);
    const note = await readNote(file);
    if (note !== null && (await worksOn(data, note.workerd))) {
      if ((await statOf(note.workerd)).parent === note.supervisor) continue;
      await end(note.workerd);
      wasLeft = true;
    }
    rmSync(file, { force: true });
  }
  return wasLeft;
}

async function end(workerd: number): Promise<void> {
  process.kill(workerd, "SIGKILL");
  const deadline = performance.now() + GONE_LIMIT_MS;
  while (!(await isGone(workerd)) && performance.now() < deadline) await wait(LOOK_EVERY_MS);
}

/** Its arguments are gone before its ports are free: that is so when the last of its threads has ended (proc(5)). */
async function isGone(pid: number): Promise<boolean> {
  const { state } = await statOf(pid);
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  return threads.length <= 1 && (state === "" || state === "Z");
}

/** Numbers of processes are used again: only its arguments say that it is this one. */
async function worksOn(data: string, workerd: number): Promise<boolean> {
  const args = await proc(workerd, "cmdline");
  return args.includes("workerd\0serve\0") && args.includes(`=${data}/`);
}

/** Its state and parent stand behind its name, which is in brackets and may hold anything (proc(5)). */
async function statOf(pid: number): Promise<{ state: string; parent: number }> {
  const stat = await proc(pid, "stat");
  const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state, parent: Number(parent) };
}

function proc(pid: number, file: "cmdline" | "stat"): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}

async function readNote(file: string): Promise<Note | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Note;
  } catch {
    return null;
  }
}
