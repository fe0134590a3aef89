import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** How much of its output is kept for the moment it fails, characters. */
const KEPT_OUTPUT = 8000;

/** What a process is started with. */
export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs; where this process does, if not given. */
  readonly cwd?: string;
  /** Its whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Takes what it writes, both streams, as it comes. */
  onOutput(text: string): void;
}

/**
 * A child that leads a process group of its own: a Ctrl-C in the terminal doesn't reach it, none of its children outlives
 * it, and it doesn't outlive this process, however that ends.
 */
export class ProcessGroup {
  /** Settles when the leader has ended, with how. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #output = "";

  constructor({ command, args, onOutput, ...where }: ProcessOptions) {
    this.#child = spawn(command, args, {
      ...where,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
        onOutput(text);
      });
    }
    const guard = this.pid === undefined ? null : endWithThisProcess(this.pid);
    this.ended = new Promise((resolve) => {
      this.#child.once("error", ({ message }) => resolve(message));
      this.#child.once("exit", (code, signal) => {
        guard?.kill("SIGKILL");
        resolve(signal ?? `exit code ${code}`);
      });
    });
  }

  /** The leader's; undefined when it couldn't be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last of what it wrote, both streams together. */
  get output(): string {
    return this.#output;
  }

  /** What it writes to its file descriptor 3. */
  get control(): Readable {
    return this.#child.stdio[3] as Readable;
  }

  /** Asks the group to end, kills what is left of it after `graceMs`, and settles when the leader is gone. */
  async stop(graceMs: number): Promise<void> {
    this.signal("SIGTERM");
    const kill = setTimeout(() => this.signal("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(kill);
    // The leader is gone; members that ignored it are not waited for.
    this.signal("SIGKILL");
  }

  /** Sends it to the whole group, if any of it is left. */
  signal(name: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/**
 * A group killed as soon as this process is gone, also by a `kill -9` or when memory ran out: it would hold its port and
 * its database for ever. A shell waits for the end of a pipe that only this process holds.
 */
function endWithThisProcess(group: number): ChildProcess {
  const guard = spawn("/bin/sh", ["-c", 'read -r end; kill -s KILL -- "-$0"', String(group)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // An image without a shell has this process as its first, with which all others end.
  return guard.once("error", () => {});
}
