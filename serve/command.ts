import { SettingsError } from "./settings/gather.ts";
import { ProductError } from "./supervisor.ts";

type Stop = () => Promise<void>;

/** What was started, so that it is stopped in the opposite order, once, whatever happens meanwhile. */
export class Running {
  readonly #stops: Stop[] = [];
  #closing: Promise<void> | undefined;

  /** Whether everything is being stopped, or is. */
  get isStopping(): boolean {
    return this.#closing !== undefined;
  }

  /** Remembers how to stop something; while everything is being stopped, it is stopped at once. */
  async add(stop: Stop): Promise<void> {
    if (this.isStopping) await stop();
    else this.#stops.push(stop);
  }

  /** Stops everything; what can't be stopped is said, and keeps nothing else from it. Can be called again. */
  stopAll(): Promise<void> {
    this.#closing ??= this.#stopEach();
    return this.#closing;
  }

  async #stopEach(): Promise<void> {
    for (let stop = this.#stops.pop(); stop !== undefined; stop = this.#stops.pop()) {
      await stop().catch((error: Error) => process.stderr.write(`not stopped: ${error.message}\n`));
    }
  }
}

/** Runs `start`, and stops what it has started at a Ctrl-C, or when something goes wrong that nobody awaits. */
export function runUntilStopped(start: (running: Running) => Promise<void>): void {
  const running = new Running();
  const end = async (code: number): Promise<void> => {
    await running.stopAll();
    process.exit(code);
  };
  const fail = (error: Error): void => {
    // What was stopped on purpose may well complain.
    if (running.isStopping) return;
    const isExpected = error instanceof SettingsError || error instanceof ProductError;
    process.stderr.write(`${isExpected ? error.message : (error.stack ?? error.message)}\n`);
    void end(1);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
  process.on("uncaughtException", fail);
  // Not shown: people write settings there, secrets too.
  if (process.argv.length === 2) start(running).catch(fail);
  else
    fail(
      new SettingsError([
        "arguments have no effect here: give variables before the command, such as PORT=8080",
      ]),
    );
}
