import { type ChildProcess, spawn } from "node:child_process";

/** How long a process may take to end by itself before it is killed, milliseconds. */
const GRACE_MS = 4000;

/** How much of its output is kept for the moment it fails, characters. */
const KEPT_OUTPUT = 8000;

/** A child that leads a process group of its own: a Ctrl-C in the terminal doesn't reach it, and none of its children outlives it. */
export class ProcessGroup {
  /** Settles when the leader has ended, with how. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #output = "";

  /** @param onOutput takes what it writes, both streams, as it comes */
  constructor(
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    onOutput: (text: string) => void,
  ) {
    this.#child = spawn(command, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
        onOutput(text);
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.once("error", ({ message }) => resolve(message));
      this.#child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  /** The last of what it wrote, both streams together. */
  get output(): string {
    return this.#output;
  }

  /** Asks the group to end, kills what is left of it, and settles when the leader is gone. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const kill = setTimeout(() => this.#signal("SIGKILL"), GRACE_MS);
    await this.ended;
    clearTimeout(kill);
    // The leader is gone; members that ignored it are not waited for.
    this.#signal("SIGKILL");
  }

  #signal(name: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
