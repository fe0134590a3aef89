import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { until } from "./until.ts";

const running = new Set<ManagedProcess>();
// A test process that ends early must not leave its servers running …
const killAll = (): void => {
  for (const one of running) one.signal("SIGKILL");
};
process.once("exit", killAll);
// … and Vitest ends it with SIGTERM, for which Node emits no "exit" event.
process.once("SIGTERM", () => {
  killAll();
  process.kill(process.pid, "SIGTERM");
});

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process's folder, environment, user and group. */
export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: this process's user. */
  readonly uid?: number;
  readonly gid?: number;
  /** Whether signals also reach its children, as Ctrl-C in a terminal does. */
  readonly leadsGroup?: boolean;
}

/** A child process of a test: its output is kept, and it never outlives the test. */
export class ManagedProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #command: string;
  readonly #leadsGroup: boolean;
  #output = "";
  #exit: Exit | undefined;

  constructor(command: string, args: readonly string[], options: ProcessOptions = {}) {
    const { leadsGroup = false, ...where } = options;
    this.#command = [command, ...args].join(" ");
    this.#leadsGroup = leadsGroup;
    this.#child = spawn(command, args, { ...where, detached: leadsGroup, stdio: ["ignore", "pipe", "pipe"] });
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
    this.exited = new Promise((resolve) => {
      const end = (exit: Exit): void => {
        running.delete(this);
        this.#exit = exit;
        resolve(exit);
      };
      this.#child.once("close", (code, signal) => end({ code, signal }));
      this.#child.once("error", (error) => {
        this.#output += `${error.message}\n`;
        end({ code: null, signal: null });
      });
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`process didn't start: ${this.#command}\n${this.#output}`);
    return pid;
  }

  /** Everything it has written to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** Waits for `pattern` in the output. @throws Error with the output if the process ends first, or at the deadline */
  async printed(pattern: RegExp, deadlineMs: number): Promise<RegExpExecArray> {
    const look = (): RegExpExecArray | Exit | undefined => pattern.exec(this.#output) ?? this.#exit;
    const seen = await until(`${this.#command} prints ${pattern}`, look, deadlineMs).catch(
      (error: Error) => error,
    );
    if (Array.isArray(seen)) return seen;
    const why = seen instanceof Error ? seen.message : `${this.#command} ended with ${JSON.stringify(seen)}`;
    throw new Error(`${why}\n--- output:\n${this.#output}`);
  }

  signal(name: NodeJS.Signals): void {
    if (this.#exit !== undefined) return;
    if (!this.#leadsGroup) return void this.#child.kill(name);
    try {
      process.kill(-this.pid, name);
    } catch (error) {
      // The group may be empty a moment before `exited` settles: another process still has the output open.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Sends SIGSTOP and waits until every thread has stopped, which takes a moment (Linux, proc(5)). */
  async freeze(): Promise<void> {
    this.signal("SIGSTOP");
    await until(`every thread of ${this.#command} is stopped`, async () => {
      const tasks = `/proc/${this.pid}/task`;
      const states = (await readdir(tasks)).map((task) => readFile(`${tasks}/${task}/stat`, "utf8"));
      // The state follows the process's name, which is in brackets and may contain any character.
      return (await Promise.all(states)).every((stat) => /^ T /.test(stat.slice(stat.lastIndexOf(")") + 1)));
    });
  }

  /** Sends `signal`, and SIGKILL after `graceMs` if the process still runs. */
  async stop(signal: NodeJS.Signals = "SIGTERM", graceMs = 10_000): Promise<Exit> {
    this.signal(signal);
    // A stopped process handles other signals only after SIGCONT.
    this.signal("SIGCONT");
    const kill = setTimeout(() => this.signal("SIGKILL"), graceMs);
    const exit = await this.exited;
    clearTimeout(kill);
    return exit;
  }
}
