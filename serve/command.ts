import { SettingsError } from "./settings/gather.ts";
import { ProductError } from "./supervisor.ts";

type Stop = () => Promise<void>;

/** The parts of a command that were started. Stops them once, in reverse order. */
export class Running {
  readonly #stops: Stop[] = [];
  #closing: Promise<void> | undefined;

  /** Whether `stopAll` was called. */
  get isStopping(): boolean {
    return this.#closing !== undefined;
  }

  /** Registers how to stop a part; after `stopAll`, stops the part at once. */
  async add(stop: Stop): Promise<void> {
    if (this.isStopping) await stop();
    else this.#stops.push(stop);
  }

  /** Stops every part; reports a part that fails to stop, and goes on with the others. Can be called again. */
  stopAll(): Promise<void> {
    this.#closing ??= this.#stopEach();
    return this.#closing;
  }

  async #stopEach(): Promise<void> {
    for (let stop = this.#stops.pop(); stop !== undefined; stop = this.#stops.pop()) {
      await stop().catch((error: Error) => process.stderr.write(`can't stop a part: ${error.message}\n`));
    }
  }
}

/** Runs `start`, and stops what it started at a Ctrl-C or an uncaught error; then ends the process. */
export function runUntilStopped(start: (running: Running) => Promise<void>): void {
  const running = new Running();
  const end = async (code: number): Promise<void> => {
    await running.stopAll();
    process.exit(code);
  };
  const fail = (error: Error): void => {
    // Parts that are being stopped may fail as a result.
    if (running.isStopping) return;
    const isExpected = error instanceof SettingsError || error instanceof ProductError;
    process.stderr.write(`${isExpected ? error.message : (error.stack ?? error.message)}\n`);
    void end(1);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
  process.on("uncaughtException", fail);
  // The arguments are not shown: people put settings there, including secrets.
  if (process.argv.length === 2) start(running).catch(fail);
  else
    fail(
      new SettingsError(["arguments are not supported: set variables before the command, such as PORT=8080"]),
    );
}
