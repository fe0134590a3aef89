import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { SettingsError } from "./settings/gather.ts";

/** Characters of output to keep for an error message. */
const KEPT_OUTPUT = 8000;

/** Options of a `ProcessGroup`. */
export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory; defaults to that of this process. */
  readonly cwd?: string;
  /** The process's whole environment; nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  /** Receives stdout and stderr as they arrive. */
  onOutput(text: string): void;
}

/**
 * A child process that leads its own process group: a Ctrl-C in the terminal doesn't reach it, its children don't
 * outlive it, and it doesn't outlive this process, however this process ends.
 */
export class ProcessGroup {
  /** Resolves when the leader has ended, with a signal name, `exit code N`, or why it couldn't start. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #output = "";

  /** @throws SettingsError when the environment is too long in total */
  constructor({ command, args, onOutput, ...where }: ProcessOptions) {
    try {
      this.#child = spawn(command, args, {
        ...where,
        detached: true,
        stdio: ["ignore", "pipe", "pipe", "pipe"],
      });
    } catch (error) {
      // Linux limits the environment in total too, usually to 2 MiB: a quarter of the stack limit (execve(2)).
      if ((error as NodeJS.ErrnoException).code !== "E2BIG") throw error;
      throw new SettingsError(["the settings are too long in total (E2BIG): shorten the longest"]);
    }
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

  /** The leader's process id; undefined when it couldn't be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last part of stdout and stderr, interleaved. */
  get output(): string {
    return this.#output;
  }

  /** The child's file descriptor 3. */
  get control(): Readable {
    return this.#child.stdio[3] as Readable;
  }

  /** Sends SIGTERM to the group, then SIGKILL after `graceMs`; settles when the leader has ended. */
  async stop(graceMs: number): Promise<void> {
    this.signal("SIGTERM");
    const kill = setTimeout(() => this.signal("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(kill);
    // Members of the group that ignored SIGTERM are not waited for.
    this.signal("SIGKILL");
  }

  /** Sends a signal to the whole group, if any process of it is left. */
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
 * Kills a group as soon as this process is gone, even by `kill -9` or the OOM killer: an orphan would keep its port and
 * database. A shell waits for the end of a pipe whose other end only this process holds.
 */
function endWithThisProcess(group: number): ChildProcess {
  const guard = spawn("/bin/sh", ["-c", 'read -r end; kill -s KILL -- "-$0"', String(group)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a shell this runs in a minimal image, where this process is PID 1 and all others end with it.
  return guard.once("error", () => {});
}
